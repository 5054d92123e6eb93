//! Who holds what after the ceremony, and which stores a registry opens.

use std::path::{Path, PathBuf};
use std::process::Command;

use selfsame::host::{OsRng, TrustedFile, WalletFile};
use selfsame::wallet::WalletKey;
use selfsame_services::cluster::Cluster;
use selfsame_services::keyfile::{Keys, SealKey};
use selfsame_services::setup::{role_of, setup};
use selfsame_services::town::plan;

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn set_up() -> Folder {
    let plan = plan(4, None).unwrap();
    setup(&plan).unwrap();
    Folder(plan.root)
}

/// What a key file has beside tokens, and whom it may call.
fn held(root: &Path, name: &str) -> [Vec<String>; 2] {
    let folder = root.join(name);
    let seal = SealKey::read(&folder.join("seal")).unwrap();
    let keys = Keys::read(&folder.join("keys"), role_of(name), &seal).unwrap();
    let names = keys.names().map(str::to_owned).filter(|name| !name.starts_with("caller "));
    let (tokens, keys) = names.partition(|name| name.starts_with("token for "));
    [keys, tokens]
}

#[test]
fn a_service_holds_the_keys_that_it_needs() {
    let root = set_up();
    let none: &[&str] = &[];
    let cases: [(&str, &[&str], &[&str]); 10] = [
        ("authority", &["symbol key"], &["token for registry"]),
        (
            "registry",
            &["handle key", "issuer", "record key", "status list"],
            &["token for cosigner-1", "token for cosigner-2", "token for cosigner-3", "token for police"],
        ),
        (
            "police",
            &["flag list", "record key"],
            &["token for cosigner-1", "token for cosigner-2", "token for cosigner-3"],
        ),
        ("cosigner-1", none, none),
        // One message: x, the α, a verdict key.
        ("platform-1", &["platform keys"], none),
        ("helper", &["flag list", "status list", "x"], none),
        ("desk", &["desk key"], &["token for authority", "token for platform-1", "token for platform-2"]),
        ("phone-1", &["wallet key"], none),
        ("vault", &["directory authority"], none),
        (
            "operator",
            none,
            &[
                "token for cosigner-1", "token for cosigner-2", "token for cosigner-3", "token for police",
                "token for registry",
            ],
        ),
    ];
    for (name, keys, tokens) in cases {
        assert_eq!(held(&root.0, name), [keys, tokens].map(|names| names.to_vec()), "{name}");
    }
    // A key file opens for its own role and nobody else's.
    let (folder, police) = (root.0.join("registry"), root.0.join("police"));
    let seal = SealKey::read(&folder.join("seal")).unwrap();
    assert!(Keys::read(&folder.join("keys"), "police", &seal).is_err());
    assert!(Keys::read(&folder.join("keys"), "registry", &SealKey::read(&police.join("seal")).unwrap()).is_err());
}

/// Runs a process that is not to come up, and gives what it says.
fn refusal(root: &Path, process: &str, more: &[&str]) -> String {
    let config = root.join(process).join("config");
    let mut command = Command::new(env!("CARGO_BIN_EXE_selfsame-services"));
    let command = command.env("LOG", "error").args([role_of(process), "--config"]).arg(config).args(more);
    let ended = command.output().unwrap();
    assert!(!ended.status.success());
    String::from_utf8(ended.stderr).unwrap()
}

fn create(root: &Path, process: &str) {
    let config = root.join(process).join("config");
    let mut command = Command::new(env!("CARGO_BIN_EXE_selfsame-services"));
    let command = command.args([role_of(process), "--config"]).arg(config).arg("--create");
    assert!(command.status().unwrap().success());
}

#[test]
fn a_store_that_is_not_the_registry_s_is_refused_by_name() {
    let (own, other) = (set_up(), set_up());
    let empty = refusal(&own.0, "registry", &[]);
    assert!(empty.contains("nothing was created on the store"), "{empty}");
    create(&own.0, "registry");
    let again = refusal(&own.0, "registry", &["--create"]);
    assert!(again.contains("was created already"), "{again}");
    create(&own.0, "police");
    std::fs::copy(own.0.join("police/police.redb"), own.0.join("registry/registry.redb")).unwrap();
    let kind = refusal(&own.0, "registry", &[]);
    assert!(kind.contains("belongs to another kind of registry"), "{kind}");
    create(&other.0, "registry");
    std::fs::copy(other.0.join("registry/registry.redb"), own.0.join("registry/registry.redb")).unwrap();
    let keys = refusal(&own.0, "registry", &[]);
    assert!(keys.contains("was made under another record key"), "{keys}");
}

/// Keys of another country beside the directory and the state of this one; a seal key of another
/// process; a state or tables that are not there.
#[test]
fn a_key_that_is_another_s_is_refused_by_name() {
    let (own, other) = (set_up(), set_up());
    let take = |process: &str| {
        for file in ["keys", "seal"] {
            std::fs::copy(other.0.join(process).join(file), own.0.join(process).join(file)).unwrap();
        }
    };
    let says = |process: &str, what: &str| {
        let said = refusal(&own.0, process, &[]);
        assert!(said.contains(what), "{process}: {said}");
    };
    for (process, what) in [
        ("platform-1", "names no such issuer key"),
        ("helper", "the directory has no such issuer key"),
        ("registry", "nothing was created on the store"),
    ] {
        take(process);
        says(process, what);
    }
    // A wallet under another key, and one whose numbers are gone.
    let phone = own.0.join("phone-1");
    let create = || {
        let key = Keys::read(&phone.join("keys"), "phone", &SealKey::read(&phone.join("seal")).unwrap()).unwrap();
        let key = WalletKey::from_secret_bytes(key.secret("wallet key").unwrap());
        let trusted = TrustedFile::new(phone.join("trusted"));
        WalletFile::create(phone.join("wallet"), trusted, &key, None, &mut OsRng).map(drop).unwrap();
    };
    create();
    std::fs::rename(phone.join("trusted"), phone.join("elsewhere")).unwrap();
    says("phone-1", "no trusted number for it");
    std::fs::rename(phone.join("elsewhere"), phone.join("trusted")).unwrap();
    take("phone-1");
    says("phone-1", "another key");
    std::fs::copy(other.0.join("desk/seal"), own.0.join("desk/seal")).unwrap();
    says("desk", "sealed under another key");
    std::fs::remove_file(own.0.join("cosigner-1/state")).unwrap();
    says("cosigner-1", "the state is missing");
}

/// The same of stores in PostgreSQL, where it is installed.
#[test]
fn a_database_that_is_not_the_registry_s_is_refused_by_name() {
    let Some(cluster) = Cluster::start(&["registry", "police", "register", "sessions", "other"]).unwrap() else {
        println!("left out: PostgreSQL is not installed");
        return;
    };
    let [own, other] = [(); 2].map(|()| {
        let plan = plan(4, Some(cluster.address())).unwrap();
        setup(&plan).unwrap();
        Folder(plan.root)
    });
    // The other country's registry, in a database of its own of the same server.
    let config = other.0.join("registry/config");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("/registry\n", "/other\n")).unwrap();

    let tables = |process: &str| refusal(&own.0, process, &[]);
    for process in ["registry", "platform-1", "helper"] {
        let said = tables(process);
        assert!(said.contains("the tables"), "{process}: {said}");
    }
    for process in ["registry", "police", "platform-1", "helper"] {
        create(&own.0, process);
    }
    create(&other.0, "registry");
    let store = |process: &str, database: &str| {
        let config = own.0.join(process).join("config");
        let text = std::fs::read_to_string(&config).unwrap();
        let changed: Vec<_> = text
            .lines()
            .map(|line| match line.strip_prefix("store = ") {
                Some(_) => format!("store = {}/{database}", cluster.address()),
                None => line.to_owned(),
            })
            .collect();
        std::fs::write(&config, changed.join("\n") + "\n").unwrap();
        refusal(&own.0, process, &[])
    };
    for (process, database, what) in [
        ("registry", "police", "belongs to another kind of registry"),
        ("police", "registry", "belongs to another kind of registry"),
        ("registry", "other", "was made under another record key"),
    ] {
        let said = store(process, database);
        assert!(said.contains(what), "{process}: {said}");
    }
    let again = refusal(&own.0, "police", &["--create"]);
    assert!(again.contains("was created already"), "{again}");
}
