//! Who holds what after the ceremony, and which stores a registry opens.

use std::path::{Path, PathBuf};
use std::process::Command;

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
    let cases: [(&str, &[&str], &[&str]); 9] = [
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

/// Runs a role that is not to come up, and gives what it says.
fn refusal(root: &Path, role: &str, more: &[&str]) -> String {
    let config = root.join(role).join("config");
    let mut command = Command::new(env!("CARGO_BIN_EXE_selfsame-services"));
    let ended = command.env("LOG", "error").args([role, "--config"]).arg(config).args(more).output().unwrap();
    assert!(!ended.status.success());
    String::from_utf8(ended.stderr).unwrap()
}

fn create(root: &Path, role: &str) {
    let config = root.join(role).join("config");
    let mut command = Command::new(env!("CARGO_BIN_EXE_selfsame-services"));
    assert!(command.args([role, "--config"]).arg(config).arg("--create").status().unwrap().success());
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
