//! What services say to each other when a key is replaced, and when two numbers turn out to be one
//! person's.

mod faults;
mod orders;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use selfsame::chip::ChipRecord;
use selfsame::codec::Message;
use selfsame::directory::SignedDirectory;
use selfsame_services::actors::{Counter, Kind, Kinship, Officer, Operator, Reception, User, request_key};
use selfsame_services::enrol::{Office, Person, directory_url};
use selfsame_services::http::{CallError, Client};
use selfsame_services::town::{Town, plan};

const COSIGNERS: [&str; 3] = ["cosigner-1", "cosigner-2", "cosigner-3"];

/// A town that follows its directory every second, and in which nothing runs yet.
fn founded() -> Town {
    let town = Town::found(plan(4, None).unwrap(), env!("CARGO_BIN_EXE_selfsame-services").into(), false).unwrap();
    for folder in std::fs::read_dir(&town.plan.root).unwrap() {
        let config = folder.unwrap().path().join("config");
        if config.exists() {
            std::fs::File::options().append(true).open(config).unwrap().write_all(b"follow = 1\n").unwrap();
        }
    }
    town
}

async fn counter(town: &Town, client: &Client) -> Counter {
    let directory = client.get(&directory_url(town).unwrap()).await.unwrap();
    let directory = SignedDirectory::from_bytes(&directory).unwrap();
    Counter::new(&town.plan, client, directory.content().symbol_key()).unwrap()
}

/// What a step of a rotation says, or why it is not made.
fn step(town: &Town, party: &str, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_selfsame-services"));
    let config = town.plan.root.join(party).join("config");
    let ended = command.env("LOG", "error").args(arguments).arg("--config").arg(config).output().unwrap();
    let said = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().trim().to_owned();
    if ended.status.success() { Ok(said(ended.stdout)) } else { Err(said(ended.stderr)) }
}

fn approve(town: &Town, cosigner: &str, digest: &str) {
    let path = town.plan.root.join(cosigner).join("approved");
    let mut file = std::fs::File::options().create(true).append(true).open(path).unwrap();
    writeln!(file, "{digest}").unwrap();
}

/// The authority signs the next version, the cosigners look at it, and it is published.
fn next_version(town: &Town, changes: &[&str]) -> String {
    let signed = step(town, "vault", &[&["amend"], changes].concat()).unwrap();
    let (path, digest) = signed.split_once('\n').unwrap();
    let again = step(town, "vault", &[&["amend"], changes].concat()).unwrap_err();
    assert!(again.contains("was signed already"), "{again}");
    let alone = step(town, "operator", &["publish", path]).unwrap_err();
    assert!(alone.contains("quorum"), "{alone}");
    COSIGNERS.iter().take(2).for_each(|cosigner| approve(town, cosigner, digest));
    step(town, "operator", &["publish", path]).unwrap()
}

/// Waits until these have written down a version.
async fn follow(town: &Town, version: &str, names: &[&str]) {
    let kept = |name: &&str| town.plan.root.join(name).join("directory").join(version).exists();
    for _ in 0..300 {
        if names.iter().all(kept) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("version {version} is not followed");
}

async fn enrolled(town: &Town, client: &Client) -> User {
    let (counter, user) = (counter(town, client).await, User::new(&town.plan, client, 1).unwrap());
    user.does("/wallet", &[]).await.unwrap();
    let record = Person::numbered(3).record;
    let symbols = counter.symbols(&ChipRecord::parse(&record).unwrap()).await.unwrap();
    let offer = counter.offer(request_key(), Kind::Enrol, &symbols).await.unwrap();
    let request = user.does("/offer", &offer.to_bytes()).await.unwrap();
    let response = counter.issue(request_key(), &offer, &request, &record).await.unwrap();
    user.does("/response", &response).await.unwrap();
    Operator::new(&town.plan, client).unwrap().close().await.unwrap();
    user.does("/follow", &[]).await.unwrap();
    user
}

async fn check_in(reception: &Reception, user: &User) -> String {
    let (id, codes) = reception.next("platform").await.unwrap();
    user.does("/scan", &codes).await.unwrap();
    user.does("/agree", &[]).await.unwrap();
    reception.ends(&id).await.unwrap()
}

fn key_file(town: &Town) -> PathBuf {
    town.plan.root.join("platform-1/keys")
}

fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

/// A platform's verdict key is replaced: by versions of the directory that the authority signs and
/// a quorum of cosigners has looked at. The desk follows them and does nothing else, and takes no
/// verdict under a key that was taken out.
#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_key_is_replaced_and_the_desk_does_nothing() {
    let (mut town, client) = (founded(), Client::new());
    town.start_all().await.unwrap();
    let user = enrolled(&town, &client).await;
    // One replica alone answers from here on.
    town.stop("platform-2").unwrap();
    let reception = Reception::new(&town.plan, &client).unwrap();
    assert_eq!(check_in(&reception, &user).await, "verified");

    let next = step(&town, "platform-1", &["verdict-key"]).unwrap();
    assert_eq!(step(&town, "platform-1", &["verdict-key"]).unwrap(), next, "one is drawn, once");
    assert_eq!(next_version(&town, &["--platform", &next]), "version 2");
    follow(&town, "2", &["desk", "platform-1", "cosigner-1", "cosigner-2", "phone-1"]).await;
    assert_eq!(check_in(&reception, &user).await, "verified");
    let before = bytes(&key_file(&town));
    step(&town, "platform-1", &["verdict-key", "--take"]).unwrap();
    assert!(bytes(&key_file(&town)) != before && !key_file(&town).with_extension("next").exists());
    assert!(step(&town, "platform-1", &["verdict-key", "--take"]).is_err());
    town.kill_and_restart("platform-1").await.unwrap();
    assert_eq!(check_in(&reception, &user).await, "verified");

    // It goes on under its new key when the directory has no other of it; and not once that is out.
    assert_eq!(next_version(&town, &["--without-platform", &next]), "version 3");
    follow(&town, "3", &["desk", "platform-1"]).await;
    assert_eq!(check_in(&reception, &user).await, "refused");
    let unknown = step(&town, "vault", &["amend", "--without-platform", &next]).unwrap_err();
    assert!(unknown.contains("the next version"), "{unknown}");
}

/// Two numbers of one person, enrolled as two: their slots become one, and what the police open
/// against either flags both.
#[tokio::test(flavor = "multi_thread")]
async fn two_numbers_become_one_person() {
    let (mut town, client) = (founded(), Client::new());
    let needed = [&["authority", "registry", "police"][..], &COSIGNERS].concat();
    for name in &needed {
        town.start(name).unwrap();
    }
    for name in &needed {
        town.ready(name).await.unwrap();
    }
    let (office, counter) = (Office::of(&town).await.unwrap(), counter(&town, &client).await);
    let persons = [1, 2, 3].map(Person::numbered);
    let records = persons.each_ref().map(|person| ChipRecord::parse(&person.record).unwrap());
    let mut symbols = Vec::new();
    for record in &records {
        symbols.push(counter.symbols(record).await.unwrap());
    }
    for person in &persons[..2] {
        office.enrol(person).await.unwrap();
    }
    let refused = |answer: Result<String, CallError>| match answer {
        Err(CallError::Refused(status, why)) => format!("{} {why}", status.as_u16()),
        answered => panic!("{answered:?}"),
    };
    // A link would end neither, and each has a credential.
    let [first, second, third] = [&symbols[0], &symbols[1], &symbols[2]];
    let link = counter.unite(request_key(), Kinship::Document, [first, second]).await;
    assert!(refused(link).starts_with("409 "));
    let key = request_key();
    assert_eq!(counter.unite(key, Kinship::Merger, [first, second]).await.unwrap(), "1 entries");
    town.kill_and_restart("registry").await.unwrap();
    assert_eq!(counter.unite(key, Kinship::Merger, [first, second]).await.unwrap(), "1 entries", "a retry");
    let again = counter.unite(request_key(), Kinship::Merger, [first, second]).await;
    assert!(refused(again).starts_with("409 "));
    assert_eq!(counter.unite(request_key(), Kinship::Document, [first, third]).await.unwrap(), "0 entries");
    let officer = Officer::new(&town.plan, &client).unwrap();
    assert_eq!(officer.case(records[1].number(), request_key(), true).await.unwrap(), "2 entries");
}
