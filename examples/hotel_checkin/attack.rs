//! Attempts to get "verified" that is not deserved. Each is made in earnest, with the library's own
//! prover.
//!
//! `repaired` mends the stated defect and nothing else; `tests/checks/attacks.rs` shows that the
//! same attempt then verifies.

use selfsame::codec::Message;
use selfsame::device::SoftwareDevice;
use selfsame::hazmat;
use selfsame::list::ListClass;
use selfsame::presentation::{Language, PendingRequest, PresentationRequest, Relayed, WalletContext};

use super::world::{HOTEL, Phone, Result, World};

/// What is wrong with the attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    Flagged,
    Revoked,
    WrongDevice,
    Replayed,
    OtherDesk,
    StaleHead,
    Forged,
}

impl Scenario {
    pub const ALL: [(&'static str, Self); 7] = [
        ("flagged", Self::Flagged),
        ("revoked", Self::Revoked),
        ("wrong-device", Self::WrongDevice),
        ("replayed", Self::Replayed),
        ("other-desk", Self::OtherDesk),
        ("stale-head", Self::StaleHead),
        ("forged", Self::Forged),
    ];

    pub const fn story(self) -> &'static str {
        match self {
            Self::Flagged => {
                "The guest is wanted since today, and proves with yesterday's evidence. 持证人今日被布控，仍用昨天的证据。"
            }
            Self::Revoked => {
                "The credential was revoked today; the proof uses yesterday's evidence. 网证今日作废，仍用昨天的证据。"
            }
            Self::WrongDevice => "The credential was copied to a second phone. 网证被复制到另一台手机。",
            Self::Replayed => "Somebody sends the presentation of an earlier check-in. 重放先前的出示。",
            Self::OtherDesk => "A presentation made for one hotel is relayed by another. 将给甲店的出示转给乙店。",
            Self::StaleHead => {
                "The wallet did not follow the lists; its evidence is from yesterday. 钱包未更新名单，证据已过期。"
            }
            Self::Forged => {
                "The forger knows everything of a credential but the issuer's MAC. 伪造者缺少签发方的认证码。"
            }
        }
    }
}

impl std::str::FromStr for Scenario {
    type Err = String;

    fn from_str(name: &str) -> std::result::Result<Self, String> {
        let known = Self::ALL.iter().find(|(known, _)| *known == name);
        known.map(|(_, scenario)| *scenario).ok_or_else(|| format!("--scenario {name}: there is no such scenario"))
    }
}

/// What the desk relays, and what an honest wallet said instead.
pub struct Attempt {
    pub relayed: Relayed,
    pub honest_wallet: Option<String>,
}

pub fn attempt(world: &mut World, phone: &mut Phone, scenario: Scenario, repaired: bool) -> Result<Attempt> {
    match scenario {
        Scenario::Flagged => removed(world, phone, ListClass::Flag, repaired),
        Scenario::Revoked => removed(world, phone, ListClass::Status, repaired),
        Scenario::WrongDevice => wrong_device(world, phone, repaired),
        Scenario::Replayed => replayed(world, phone, repaired),
        Scenario::OtherDesk => other_desk(world, phone, repaired),
        Scenario::StaleHead => stale_head(world, phone, repaired),
        Scenario::Forged => forged(world, phone, repaired),
    }
}

/// A wallet that ignores its own refusals answers the request.
fn cheat(world: &mut World, phone: &mut Phone, request: &PresentationRequest) -> Result<Vec<u8>> {
    let (_, request) = world.show(request)?;
    let [status, flag] = &world.heads;
    let heads = [status, flag];
    let known = WalletContext::at(&heads);
    let credentials = [&phone.credential];
    let presentation = hazmat::present_anyway(&credentials, &request, &known, &mut phone.device, &mut world.rng)?;
    Ok(world.messages.send("phone 手机", "desk 前台", "presentation", &presentation)?.to_bytes())
}

/// Asks once, cheats, and relays.
fn cheat_once(world: &mut World, phone: &mut Phone) -> Result<(PresentationRequest, Relayed)> {
    let asked = world.hotel(HOTEL).once(&mut world.rng)?;
    let bytes = cheat(world, phone, &asked.message)?;
    Ok((asked.message, asked.state.relay(&bytes)))
}

/// What the honest wallet says to the same request, to its holder alone.
fn honest(world: &World, phone: &Phone, request: &PresentationRequest) -> Option<String> {
    phone.credential.review(request, &world.heads()).err().map(|error| error.holder_reason(Language::English))
}

fn removed(world: &mut World, phone: &mut Phone, class: ListClass, repaired: bool) -> Result<Attempt> {
    if !repaired {
        world.remove_guest(class)?;
    }
    let epoch = world.publish_epoch()?;
    let (request, relayed) = cheat_once(world, phone)?;
    phone.follow(epoch, world)?;
    Ok(Attempt { relayed, honest_wallet: honest(world, phone, &request) })
}

fn stale_head(world: &mut World, phone: &mut Phone, repaired: bool) -> Result<Attempt> {
    world.someone_else_is_removed()?;
    let epoch = world.publish_epoch()?;
    if repaired {
        phone.follow(epoch, world)?;
    }
    let (request, relayed) = cheat_once(world, phone)?;
    Ok(Attempt { relayed, honest_wallet: honest(world, phone, &request) })
}

fn wrong_device(world: &mut World, phone: &mut Phone, repaired: bool) -> Result<Attempt> {
    let asked = world.hotel(HOTEL).once(&mut world.rng)?;
    let consent = phone.credential.review(&asked.message, &world.heads())?;
    let mut second = SoftwareDevice::random(&mut world.rng);
    let refusal = phone.credential.present(consent, &mut second, &mut world.rng).err();
    if !repaired {
        phone.device = second;
    }
    let bytes = cheat(world, phone, &asked.message)?;
    Ok(Attempt {
        relayed: asked.state.relay(&bytes),
        honest_wallet: refusal.map(|error| error.holder_reason(Language::English)),
    })
}

fn replayed(world: &mut World, phone: &mut Phone, repaired: bool) -> Result<Attempt> {
    let earlier = world.hotel(HOTEL).once(&mut world.rng)?;
    let old = cheat(world, phone, &earlier.message)?;
    let later = world.hotel(HOTEL).once(&mut world.rng)?;
    let pending: PendingRequest = if repaired { earlier.state } else { later.state };
    Ok(Attempt { relayed: pending.relay(&old), honest_wallet: None })
}

fn other_desk(world: &mut World, phone: &mut Phone, repaired: bool) -> Result<Attempt> {
    // Printed requests of two desks that differ in the desk's name and in nothing else.
    let until = world.now.checked_add(600).ok_or("out of range")?;
    let [one, other] = [HOTEL, "同福客栈 Tongfu Inn"].map(|desk| world.hotel(desk).standing(world.now, until));
    let (one, other) = (one?, other?);
    let presentation = cheat(world, phone, one.message())?;
    let desk = if repaired { one } else { other };
    Ok(Attempt { relayed: desk.relay(&presentation, &mut world.rng), honest_wallet: None })
}

fn forged(world: &mut World, phone: &mut Phone, repaired: bool) -> Result<Attempt> {
    let mac = hazmat::mac_point(&phone.credential);
    hazmat::forget_mac(&mut phone.credential, &mut world.rng);
    if repaired {
        hazmat::restore_mac(&mut phone.credential, &mac);
    }
    let (_, relayed) = cheat_once(world, phone)?;
    Ok(Attempt { relayed, honest_wallet: None })
}
