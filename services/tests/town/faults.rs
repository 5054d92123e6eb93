//! What is killed, set back, repeated or silent.

use std::net::TcpListener;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use selfsame_services::actors::{Operator, Reception};
use selfsame_services::http::{CallError, Client, Server, Token};
use selfsame_services::keyfile::{SealKey, SealedFile};
use selfsame_services::setup::{MINIMA, client_keys};
use selfsame_services::town::Town;
use selfsame_services::wire;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::{bytes, enrolled, follow, founded, next_version, step};

/// What a phone would have sent to the desk whose codes these are: they are shown to it with
/// another address.
async fn answer_to(codes: &[u8], answers: impl AsyncFnOnce(Vec<u8>)) -> Vec<u8> {
    let (came, mut coming) = mpsc::unbounded_channel();
    let take = |State(came): State<mpsc::UnboundedSender<Bytes>>, body: Bytes| async move {
        came.send(body).unwrap();
        StatusCode::NO_CONTENT
    };
    let server = Server::bind_to("127.0.0.1:0", "test").await.unwrap();
    let address = server.address().unwrap();
    tokio::spawn(server.serve_only(Router::new().route("/", post(take)).with_state(came)));
    let frames = std::str::from_utf8(codes).unwrap().lines().filter(|line| !line.starts_with("HTTP"));
    let shown = frames.map(|frame| format!("{frame}\n")).collect::<String>() + &format!("HTTP://{address}/");
    answers(shown.into_bytes()).await;
    coming.recv().await.unwrap().to_vec()
}

/// The desk verifies by itself, and is killed after it has written down the answer: the next
/// process verifies that one, once both lists are here, and takes no other.
#[tokio::test(flavor = "multi_thread")]
async fn a_desk_killed_while_it_verifies_goes_on_with_the_same_answer() {
    let (mut town, client) = (founded(), Client::new());
    town.start_all().await.unwrap();
    let user = enrolled(&town, &client).await;
    for list in ["status", "flag"] {
        town.until("desk", &format!("epoch{{list=\"{list}\"}} 1\n")).await.unwrap();
    }
    let reception = Reception::new(&town.plan, &client).unwrap();
    let (id, codes) = reception.next("tickets").await.unwrap();
    let presentation = answer_to(&codes, async |shown| {
        user.does("/scan", &shown).await.unwrap();
        assert_eq!(user.sees("/tickets", b"1").await.unwrap(), "1 tickets\n");
        user.does("/agree", &[]).await.unwrap();
    })
    .await;
    town.kill("desk").unwrap();
    let folder = town.plan.root.join("desk");
    let seal = SealKey::read(&folder.join("seal")).unwrap();
    let file = SealedFile::new(folder.join("visits").join(&id), &id, "desk", seal);
    let stored = file.read().unwrap().unwrap();
    let [state, begun, by_tickets, signed, pending] = wire::read(&stored).unwrap();
    assert_eq!((state, by_tickets), (&b"waiting"[..], &[1][..]));
    let answered = wire::fields(&[pending, &presentation]);
    file.write(&wire::fields(&[b"verifying", begun, by_tickets, signed, &answered])).unwrap();
    town.start("desk").unwrap();
    town.ready("desk").await.unwrap();
    assert_eq!(reception.ends(&id).await.unwrap(), "verified");
    let address = format!("{}/answers/{id}", town.url("desk-phones").unwrap());
    let again = client.post(&address, None, presentation.clone()).await.unwrap_err();
    assert!(matches!(again, CallError::Refused(StatusCode::CONFLICT, _)), "{again}");
    town.kill_and_restart("desk").await.unwrap();
    assert_eq!(reception.ends(&id).await.unwrap(), "verified", "the outcome is written down");

    // The ticket of one guest is no other's: the same bytes for the next visit.
    let (id, _) = reception.next("tickets").await.unwrap();
    let address = format!("{}/answers/{id}", town.url("desk-phones").unwrap());
    // Nor does anybody spoil a visit with what is longer than any answer.
    // Its connection ends with it.
    assert!(Client::new().post(&address, None, vec![0; 1 << 16]).await.is_err());
    client.post(&address, None, presentation).await.unwrap();
    assert_eq!(reception.ends(&id).await.unwrap(), "refused");
}

/// Starts all that two lists need, and one platform.
async fn lists(town: &mut Town) {
    let needed = ["authority", "registry", "police", "cosigner-1", "cosigner-2", "platform-1"];
    for name in needed {
        town.start(name).unwrap();
    }
    for name in needed {
        town.ready(name).await.unwrap();
    }
}

/// A directory's folder that was set back would have a key count that was taken out; a snapshot
/// that was put back, heads that are old.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_set_back_is_noticed() {
    const NUMBERS: &str = "directory = 1\nepoch-net-id-registry/status = 1\nepoch-police/flag = 1\n";
    let (mut town, client) = (founded(), Client::new());
    lists(&mut town).await;
    let folder = town.plan.root.join("platform-1");
    let snapshot = folder.join("snapshots/status");
    let old = bytes(&snapshot);
    // The time of an epoch is in seconds.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let epochs = Operator::new(&town.plan, &client).unwrap().close().await.unwrap();
    assert_eq!(epochs, [1, 1]);
    let minimum = town.plan.root.join(MINIMA).join("platform-1");
    let written = || std::fs::read_to_string(&minimum).unwrap();
    for _ in 0..300 {
        if written() == NUMBERS {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(written(), NUMBERS);
    let newest = bytes(&snapshot);
    town.kill("platform-1").unwrap();
    let whole_log = || std::fs::read_to_string(folder.join("log")).unwrap();
    for (content, is_old) in [(&newest, false), (&old, true)] {
        std::fs::write(&snapshot, content).unwrap();
        town.start("platform-1").unwrap();
        town.ready("platform-1").await.unwrap();
        assert_eq!(whole_log().contains("the snapshot is older than it must be"), is_old);
        town.kill("platform-1").unwrap();
    }

    town.start("platform-1").unwrap();
    let next = step(&town, "platform-1", &["verdict-key"]).unwrap();
    assert_eq!(next_version(&town, &["--platform", &next]), "version 2");
    follow(&town, "2", &["platform-1"]).await;
    town.kill("platform-1").unwrap();
    let version = folder.join("directory/2");
    let kept = bytes(&version);
    std::fs::remove_file(&version).unwrap();
    let refused = step(&town, "platform-1", &["platform"]).unwrap_err();
    assert!(refused.contains("this service has gone by version 2"), "{refused}");
    std::fs::write(&version, kept).unwrap();
    town.start("platform-1").unwrap();
    town.ready("platform-1").await.unwrap();
}

/// Who publishes withholds epochs that a service had gone by before it was started, so that
/// somebody would pass who was removed since: it neither answers nor asks until they come.
#[tokio::test(flavor = "multi_thread")]
async fn epochs_that_are_withheld_after_a_restart_are_missed() {
    let (mut town, client) = (founded(), Client::new());
    lists(&mut town).await;
    town.kill("platform-1").unwrap();
    let (operator, reception) =
        (Operator::new(&town.plan, &client).unwrap(), Reception::new(&town.plan, &client).unwrap());
    for (name, says, epoch) in
        [("platform-1", "a list does not reach the epoch that it had", 1), ("desk", "which this desk has gone by", 2)]
    {
        let minimum = town.plan.root.join(MINIMA).join(name);
        std::fs::write(minimum, format!("epoch-police/flag = 0\nepoch-net-id-registry/status = {epoch}\n")).unwrap();
        town.start(name).unwrap();
        for _ in 0..300 {
            if town.log(name).contains(says) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert!(town.log(name).contains(says), "{}", town.log(name));
        let health = client.get(&format!("{}/health", town.url(name).unwrap())).await.unwrap_err();
        assert!(matches!(health, CallError::Refused(StatusCode::SERVICE_UNAVAILABLE, _)), "{name}: {health}");
        let refused = match name {
            "desk" => reception.next("tickets").await.unwrap_err().to_string(),
            _ => raw(&town, ["desk", "platform-1"], "/calls", b"").await,
        };
        assert!(refused.contains("503"), "{refused}");
        // The time of an epoch is in seconds.
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        assert_eq!(operator.close().await.unwrap(), [epoch, epoch]);
        town.ready(name).await.unwrap();
    }
    assert!(raw(&town, ["desk", "platform-1"], "/calls", b"").await.starts_with("HTTP/1.1 200 "));
    reception.next("tickets").await.unwrap();
}

/// What a service answers, head and body.
async fn raw(town: &Town, [caller, called]: [&str; 2], path: &str, body: &[u8]) -> String {
    let token = Token::of(&client_keys(&town.plan.root, caller).unwrap(), called).unwrap().header();
    let mut stream = TcpStream::connect(town.plan.addresses.get(called).unwrap()).await.unwrap();
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: here\r\nconnection: close\r\nauthorization: {}\r\ncontent-length: {length}\r\n\r\n",
        *token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// Rule 10-36: under a key that was used, nothing is done now, and the answer says so.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_says_whether_it_was_made_now() {
    let (mut town, client) = (founded(), Client::new());
    lists(&mut town).await;
    let office = selfsame_services::enrol::Office::of(&town).await.unwrap();
    let persons = [1, 2].map(selfsame_services::enrol::Person::numbered);
    let counter = crate::counter(&town, &client).await;
    let mut symbols = Vec::new();
    for person in &persons {
        office.enrol(person).await.unwrap();
        let record = selfsame::chip::ChipRecord::parse(&person.record).unwrap();
        symbols.push(counter.symbols(&record).await.unwrap());
    }
    let [(one, card), (other, _)] = [&symbols[0], &symbols[1]];
    let key = |number: u8| [number; 16];
    let offer = wire::fields(&[&key(1), &[2], one.as_bytes(), card.as_bytes()]);
    let report = wire::fields(&[&key(2), &[4], one.as_bytes(), &1_u32.to_be_bytes()]);
    let union = wire::fields(&[&key(3), &[3], one.as_bytes(), other.as_bytes()]);
    for (path, body) in [("/offers", offer), ("/reports", report), ("/unions", union)] {
        for said in ["now", "before"] {
            let answer = raw(&town, ["counter", "registry"], path, &body).await;
            assert!(answer.starts_with("HTTP/1.1 200 "), "{path}: {answer}");
            assert!(answer.contains(&format!("\r\nselfsame-made: {said}\r\n")), "{path}: {answer}");
        }
    }
}

/// A cosigner that waits for what one keeper does not send signs what the other one closed.
#[tokio::test(flavor = "multi_thread")]
async fn a_keeper_that_is_silent_holds_up_no_other_list() {
    let mut town = founded();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    let config = town.plan.root.join("cosigner-1/config");
    let text = std::fs::read_to_string(&config).unwrap();
    let flag = text.lines().find(|line| line.starts_with("flag = ")).unwrap();
    std::fs::write(&config, text.replace(flag, &format!("flag = {address}"))).unwrap();
    // A quorum with nobody to spare.
    for name in ["authority", "cosigner-1", "cosigner-2"] {
        town.start(name).unwrap();
        town.ready(name).await.unwrap();
    }
    let police = selfsame::list::ListName::new("police", selfsame::list::ListClass::Flag).unwrap();
    let question = wire::fields(&[&police.to_bytes(), &0_u64.to_be_bytes()]).to_vec();
    let asked = async { raw(&town, ["police", "cosigner-1"], "/cosign", &question).await };
    let kept = async {
        let stream = tokio::task::spawn_blocking(move || silent.accept().unwrap()).await.unwrap();
        // It is asked for the flag list, and says nothing.
        std::mem::forget(stream);
    };
    tokio::select! { answer = asked => panic!("{answer}"), () = kept => () }
    town.start("registry").unwrap();
    town.ready("registry").await.unwrap();
}
