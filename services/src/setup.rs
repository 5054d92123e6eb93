//! The ceremony: every key is made, each goes to who needs it, and the directory is founded.
//!
//! It writes a folder for each process: `config`, `keys` sealed under `seal`, the directory; and
//! has each keep its minimum in a folder beside these. On one machine, as here, that is for trying
//! things. In earnest each party makes its own keys where it keeps them, the ceremony brings the
//! public ones together, and seal keys are handed over by the host and lie in no folder
//! (`docs/deploy.md`).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use selfsame::calendar::Timestamp;
use selfsame::certificate::{DeskCertificate, DeskKey, DeskPermissions, PermissionsBuilder};
use selfsame::codec::Message;
use selfsame::credential::{Issuer, KeyVersion};
use selfsame::directory::{Authority, KeyValidity, SignedDirectory};
use selfsame::helper::SessionKey;
use selfsame::host::OsRng;
use selfsame::list::{Cosigner, Cosigners, ListClass, ListName, ListOwner, ShardCount};
use selfsame::presentation::{PlatformKeys, VerdictKey};
use selfsame::registry::RecordKey;
use selfsame::schema::Schema;
use selfsame::secret::Secret;
use selfsame::symbol::{HandleKey, SymbolKey};
use selfsame::wallet::WalletKey;

use crate::directory::hex;
use crate::error::{Context, Result};
use crate::files;
use crate::http::Token;
use crate::keyfile::{Keys, SealKey, SealedFile};
use crate::role;
use crate::rotate::{OPERATOR, VAULT};
use selfsame::host::{Publisher, now};

/// The hotel of the stories, and what it asks for.
pub const HOTEL: &str = "悦来酒店 Hotel Yuelai";
/// Its purpose.
pub const CHECK_IN: &str = "入住登记 check-in";
/// The owner of the flag list.
pub const POLICE: &str = "police";

/// The folder of the numbers that say how far each process has gone
/// ([`Minimum`](crate::minimum::Minimum)).
pub const MINIMA: &str = "minimum";

/// Seconds of a year, about.
pub(crate) const YEAR: u64 = 31_557_600;

/// What is set up: how many of each, and where they listen.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where the folders are made.
    pub root: PathBuf,
    /// Address and port of each process, by its name.
    pub addresses: BTreeMap<String, String>,
    /// Shards of both lists.
    pub shards: u16,
    /// The address of a PostgreSQL server, if rows go there.
    pub postgres: Option<String>,
    /// Seconds from one epoch to the next; 0 for an operator who closes them.
    pub close_every: u64,
}

/// The processes of a plan, in the order in which they start.
pub const PROCESSES: [&str; 12] = [
    "authority", "registry", "police", "cosigner-1", "cosigner-2", "cosigner-3", "platform-1", "platform-2", "helper",
    "desk", "phone-1", "phone-2",
];

/// The subcommand of a process: its name without the number.
#[must_use]
pub fn role_of(process: &str) -> &str {
    process.split('-').next().unwrap_or(process)
}

/// The name of the address at which a process says its numbers.
#[must_use]
pub fn metrics_of(process: &str) -> String {
    format!("{process}-metrics")
}

/// Who calls whom, with a token of their own.
const CALLS: [(&str, &[&str]); 9] = [
    ("registry", &["police", "cosigner-1", "cosigner-2", "cosigner-3"]),
    ("police", &["cosigner-1", "cosigner-2", "cosigner-3"]),
    ("authority", &["registry"]),
    ("desk", &["platform-1", "platform-2", "authority"]),
    ("counter", &["authority", "registry"]),
    ("officer", &["authority", "police"]),
    ("operator", &["registry", "police", "cosigner-1", "cosigner-2", "cosigner-3"]),
    ("user-1", &["phone-1"]),
    ("user-2", &["phone-2"]),
];

struct Ceremony<'a> {
    plan: &'a Plan,
    /// The keys of each process and client, so far.
    keys: BTreeMap<&'static str, Keys>,
    issuer: Issuer,
    status: ListOwner,
    flag: ListOwner,
    cosigners: Vec<Cosigner>,
    directory: SignedDirectory,
    certificate: DeskCertificate,
}

/// Makes everything.
///
/// # Errors
/// Those of the file system, and of a plan without some address.
pub fn setup(plan: &Plan) -> Result<()> {
    let mut ceremony = Ceremony::new(plan)?;
    ceremony.tokens();
    ceremony.share();
    ceremony.write()
}

/// What the authority permits the hotel: both lists, by tickets too, and nothing to see.
fn certificate(
    authority: &Authority,
    desk: &DeskKey,
    (issuer, lists): (&Issuer, [&ListName; 2]),
    from: Timestamp,
) -> Result<DeskCertificate> {
    let hotel = DeskPermissions::of(issuer.parameters().schema());
    let hotel = lists.into_iter().fold(hotel, PermissionsBuilder::present_on);
    let year = KeyValidity { from, until: Timestamp::from_secs(from.as_secs() + YEAR) };
    let draft = DeskCertificate::draft(HOTEL, &desk.public_key(), year).purpose(CHECK_IN).permit(hotel);
    authority.certify(draft.tickets()).context("the certificate")
}

impl<'a> Ceremony<'a> {
    fn new(plan: &'a Plan) -> Result<Self> {
        let (rng, began) = (&mut OsRng, Timestamp::from_secs(now().as_secs().saturating_sub(60)));
        let shards = ShardCount::new(plan.shards).context("shards")?;
        let list =
            |owner, class| Ok(ListOwner::random(ListName::new(owner, class).context("a list")?, shards, &mut OsRng));
        let (status, flag) = (list("net-id-registry", ListClass::Status)?, list(POLICE, ListClass::Flag)?);
        let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), rng);
        let cosigners: Vec<_> = (0..3).map(|_| Cosigner::random(&mut OsRng)).collect();
        let mut public: Vec<_> = cosigners.iter().map(Cosigner::public_key).collect();
        public.sort_unstable();
        let symbol_key = SymbolKey::random(rng);
        let authority = Authority::random(rng);
        let years = KeyValidity { from: began, until: Timestamp::from_secs(began.as_secs() + 5 * YEAR) };
        let draft = authority
            .draft(Cosigners::new(&public, 2).context("cosigners")?, symbol_key.public_key(), shards)
            .issuer(issuer.parameters(), years)
            .list(status.list_keys())
            .list(flag.list_keys());
        let verdict_keys = [VerdictKey::random(rng), VerdictKey::random(rng)];
        let draft = verdict_keys.iter().fold(draft, |draft, key| draft.platform(&key.public_key().to_bytes(), years));
        let directory = authority.found(draft, began).context("the directory")?;

        let desk = DeskKey::random(rng);
        let certificate = certificate(&authority, &desk, (&issuer, [status.name(), flag.name()]), began)?;

        let mut keys = BTreeMap::new();
        keys.insert("authority", Keys::new().with("symbol key", &symbol_key));
        keys.insert("desk", Keys::new().with("desk key", &desk));
        for (platform, key) in ["platform-1", "platform-2"].into_iter().zip(verdict_keys) {
            let mut own = PlatformKeys::new(key);
            own.issuers.push(issuer.share_key());
            own.lists.extend([status.share_keys(), flag.share_keys()]);
            keys.insert(platform, Keys::new().with("platform keys", &own));
        }
        let helper = Keys::new().with("x", &issuer.share_key());
        keys.insert("helper", helper.with("status list", &status.share_keys()).with("flag list", &flag.share_keys()));
        // Where no network is: it signs the next version, and the next desk's certificate.
        keys.insert("vault", Keys::new().with("directory authority", &authority));
        Ok(Self { plan, keys, issuer, status, flag, cosigners, directory, certificate })
    }

    fn give(&mut self, to: &'static str, change: impl FnOnce(Keys) -> Keys) {
        let keys = self.keys.remove(to).unwrap_or_default();
        self.keys.insert(to, change(keys));
    }

    /// A token for each pair: whole for the caller, its digest for the called.
    fn tokens(&mut self) {
        for (caller, called) in CALLS {
            for name in called {
                let token = Token::random();
                let role = if role_of(caller) == "user" { "user" } else { caller };
                self.give(caller, |keys| keys.with_secret(&format!("token for {name}"), token.secret()));
                self.give(name, |keys| keys.with_secret(&format!("caller {role}"), &Secret::new(token.digest())));
            }
        }
    }

    /// Each key to who needs it, but for those that were given when they were made.
    fn share(&mut self) {
        let rng = &mut OsRng;
        let registry = Keys::new().with("issuer", &self.issuer).with("status list", &self.status);
        let registry = registry.with("handle key", &HandleKey::random(rng)).with("record key", &RecordKey::random(rng));
        let police = Keys::new().with("flag list", &self.flag).with("record key", &RecordKey::random(rng));
        if self.plan.postgres.is_some() {
            // Replicas would share it. With a file it is drawn at every start.
            let sessions = SessionKey::random(rng).to_secret_bytes();
            self.give("helper", |keys| keys.with_secret("session key", &sessions));
        }
        self.give("registry", |tokens| tokens.and(registry));
        self.give("police", |tokens| tokens.and(police));
        for phone in ["phone-1", "phone-2"] {
            self.give(phone, |keys| keys.with_secret("wallet key", &WalletKey::random(&mut OsRng).to_secret_bytes()));
        }
    }

    fn write(self) -> Result<()> {
        let directory = self.directory.to_bytes();
        let states = self.cosigners.iter().map(|cosigner| zeroize::Zeroizing::new(cosigner.to_bytes()));
        let states: BTreeMap<_, _> = ["cosigner-1", "cosigner-2", "cosigner-3"].into_iter().zip(states).collect();
        std::fs::create_dir_all(self.plan.root.join(MINIMA)).context("a folder for minima")?;
        for (name, keys) in &self.keys {
            let folder = self.plan.root.join(name);
            std::fs::create_dir_all(folder.join("directory")).context(folder.display().to_string())?;
            let seal = SealKey::random();
            seal.write(&folder.join("seal"))?;
            keys.write(&folder.join("keys"), role_of(name), &seal)?;
            files::replace(&folder.join("directory/1"), &directory, false)?;
            if !PROCESSES.contains(name) && ![VAULT, OPERATOR].contains(name) {
                continue;
            }
            files::replace(&folder.join("config"), self.config(name)?.as_bytes(), false)?;
            if let Some(state) = states.get(name) {
                SealedFile::new(folder.join("state"), "state", role::cosigner::ROLE, seal).write(state)?;
            }
        }
        let pinned = self.directory.pin(&self.directory.digest()).context("the directory")?;
        let publisher = Publisher::open(self.plan.root.join("authority/public")).context("the directory")?;
        publisher.directory(&pinned).context("the directory")?;
        files::replace(&self.plan.root.join("desk/certificate"), &self.certificate.to_bytes(), false)
    }

    fn url(&self, name: &str) -> Result<String> {
        let address = self.plan.addresses.get(name).context(format!("{name} has no address"))?;
        Ok(format!("http://{address}"))
    }

    /// What a process is told.
    fn config(&self, name: &str) -> Result<String> {
        let mut text = format!("# {name}\nseal = seal\nkeys = keys\n");
        if let Some(address) = self.plan.addresses.get(name) {
            let _ = writeln!(text, "listen = {address}");
        }
        let digest = hex(&self.directory.digest().to_bytes());
        if let Some(address) = self.plan.addresses.get(&metrics_of(name)) {
            let _ = writeln!(text, "metrics = {address}");
        }
        let common = [
            ("directory", "directory".to_owned()),
            // In another folder than what it is about, on another volume in earnest: who restores
            // the one, or sets it back, does not set back the other with it.
            ("minimum", format!("../{MINIMA}/{name}")),
            ("pinned", digest),
            ("authority", self.url("authority")?),
        ];
        for (name, value) in common.into_iter().chain(self.of_role(name)?) {
            let _ = writeln!(text, "{name} = {value}");
        }
        Ok(text)
    }

    /// What its role needs beside.
    fn of_role(&self, name: &str) -> Result<Vec<(&'static str, String)>> {
        let named = |peer: &str| Ok::<_, crate::error::Error>(format!("{peer} {}", self.url(peer)?));
        let file = |name: &'static str| (name, name.to_owned());
        let lists = [("status", self.url("registry")?), ("flag", self.url("police")?)];
        let cosigners = ["cosigner-1", "cosigner-2", "cosigner-3"];
        let keeper = || -> Result<Vec<_>> {
            let every = ("close_every", self.plan.close_every.to_string());
            let mut said = vec![file("public"), every, ("store", self.store(name))];
            for cosigner in cosigners {
                said.push(("cosigner", named(cosigner)?));
            }
            Ok(said)
        };
        let follows = |more: Vec<(&'static str, String)>| lists.iter().cloned().chain(more).collect();
        let schema = self.issuer.parameters().schema().name().to_owned();
        Ok(match role_of(name) {
            "authority" => vec![file("public"), ("registry", named("registry")?)],
            "registry" => [keeper()?, vec![("flag_list", POLICE.to_owned()), ("police", named("police")?)]].concat(),
            "police" => keeper()?,
            "cosigner" => follows(vec![file("state"), file("snapshots"), file("approved")]),
            // Where no network is, this is carried there.
            VAULT => vec![("published", "../authority/public".to_owned()), file("signed")],
            OPERATOR => {
                let named = |cosigner| Ok(("cosigner", named(cosigner)?));
                let cosigners = cosigners.into_iter().map(named).collect::<Result<Vec<_>>>()?;
                [vec![("public", "../authority/public".to_owned())], cosigners].concat()
            }
            // In files each replica has a register of its own: enough for requests with a nonce,
            // which write nothing there and are all that this desk asks.
            "platform" => follows(vec![("register", self.store("register")), file("snapshots")]),
            "desk" => {
                let phones = self.plan.addresses.get("desk-phones").context("desk-phones has no address")?.clone();
                let platforms = [("platform", named("platform-1")?), ("platform", named("platform-2")?)];
                let own = [
                    file("certificate"),
                    file("visits"),
                    ("tickets", "tickets.redb".to_owned()),
                    ("schema", schema),
                    ("phones", phones),
                    ("address", self.url("desk-phones")?),
                ];
                follows(own.into_iter().chain(platforms).collect())
            }
            "helper" => vec![("sessions", self.store("sessions"))],
            "phone" => follows(vec![("helper", self.url("helper")?), file("wallet"), file("trusted"), file("device")]),
            _ => Vec::new(),
        })
    }

    fn store(&self, name: &str) -> String {
        match &self.plan.postgres {
            Some(address) => format!("{address}/{name}"),
            None => format!("{name}.redb"),
        }
    }
}

/// Reads the keys of a client that is no process: a counter, an officer, an operator, a user.
///
/// # Errors
/// If the plan has none of this name.
pub fn client_keys(root: &Path, name: &str) -> Result<Keys> {
    let folder = root.join(name);
    Keys::read(&folder.join("keys"), role_of(name), &SealKey::read(&folder.join("seal"))?)
}
