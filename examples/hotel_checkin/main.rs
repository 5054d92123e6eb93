//! A hotel check-in, from the card to the verdict.
//!
//! ```text
//! cargo run --release --example hotel_checkin -- [--record FILE] [--scenario NAME] [--now YYYY-MM-DD] [--dump DIR]
//! ```
//!
//! The desk shows a signed request as a code (spec 15, 16). `--dump` writes every message, and the
//! keys that verify them: see `dump.rs`. Without a scenario the guest is honest. The scenarios are
//! real attempts to get a verdict that is not deserved: `flagged`, `revoked`, `wrong-device`,
//! `replayed`, `other-desk`, `stale-head`, `forged` (see `attack.rs`). The exit status is 0 for
//! verified, 1 for not verified, 2 for input that cannot be used.

mod attack;
mod dump;
mod screen;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;

use attack::Scenario;
use selfsame::calendar::{Days, Timestamp};
use selfsame::chip::ChipRecord;
use selfsame::codec::Message;
use selfsame::presentation::{Language, Relayed, Verdict, WalletContext};
use world::{Phone, World};

struct Arguments {
    record: PathBuf,
    scenario: Option<Scenario>,
    now: Timestamp,
    dump: Option<PathBuf>,
}

fn main() -> ExitCode {
    testkit::story::exit_with(run())
}

fn run() -> Result<Verdict, Box<dyn std::error::Error>> {
    let arguments = arguments()?;
    let bytes = std::fs::read(&arguments.record).map_err(|e| format!("{}: {e}", arguments.record.display()))?;
    let record = ChipRecord::parse(&bytes)?;

    screen::title("1. 读取证件", "The card is read");
    world::check_validity(&record, arguments.now)?;
    println!("A valid record of {} bytes. 证件记录有效。", bytes.len());

    screen::title("2. 签发网证", "A credential is issued, bound to the phone");
    let mut world = World::new(arguments.now)?;
    let mut phone = world.enrol(&record)?;
    println!("The issuer never saw the device secret, nor half of the pseudonym secret. 网证已绑定本机。");
    println!(
        "The holder keeps a recovery secret of {} bytes for life. 请妥善保存恢复密钥。",
        phone.recovery.to_secret_bytes().expose().len()
    );

    screen::title("3. 名单更新", "A day passes: another card is lost, an epoch is published, the phone follows");
    world.someone_else_is_removed()?;
    let epoch = world.publish_epoch()?;
    phone.follow(epoch, &mut world)?;
    println!("Two of three cosigners signed it, so the phone takes it. 三家共签方中两家已签，手机予以采信。");
    println!("Both lists are at epoch {}. 名单已更新。", world.heads[0].epoch().number());

    let relayed = match arguments.scenario {
        None => check_in(&mut world, &mut phone)?,
        Some(scenario) => {
            screen::title("4. 攻击尝试", "An attempt");
            println!("{}", scenario.story());
            let attempt = attack::attempt(&mut world, &mut phone, scenario, false)?;
            if let Some(refusal) = attempt.honest_wallet {
                println!("The honest wallet says 诚实的钱包提示: {refusal}");
            }
            attempt.relayed
        }
    };

    let call = world.messages.send("desk 前台", "platform 平台", "verification-call", &relayed.message)?;
    let answer = world.platform.answer(&call.to_bytes(), world.now)?;
    let answer = world.messages.send("platform 平台", "desk 前台", "verdict", &answer)?;
    let outcome = relayed.state.conclude(&answer, &world.platform.public_key());

    screen::title("5. 消息", "What was sent");
    world.messages.print();
    if let Some(directory) = &arguments.dump {
        dump::write(&world, &phone, outcome.verdict, directory)?;
    }
    screen::title("6. 各方所知", "What each party learned");
    screen::learned(&world, &phone, outcome.verdict);
    screen::desk(outcome.verdict);
    Ok(outcome.verdict)
}

/// The honest guest: the desk's request as a QR code, the consent screen, the presentation.
fn check_in(world: &mut World, phone: &mut Phone) -> Result<Relayed, Box<dyn std::error::Error>> {
    screen::title("4. 入住登记", "The desk asks, the phone proves");
    let asked = world.hotel(world::HOTEL).once(&mut world.rng)?;
    let (code, request) = world.show(&asked.message)?;
    screen::qr_code(&code)?;

    let consent = request.review(&[&phone.credential], &WalletContext::at(&world.heads()))?;
    screen::frame("手机 · Phone", [Language::Chinese, Language::English].map(|l| consent.sentences(l)).concat());
    println!("The user agrees. 用户同意。");

    let presentation = phone.credential.present(consent, &mut phone.device, &mut world.rng)?;
    let presentation = world.messages.send("phone 手机", "desk 前台", "presentation", &presentation)?;
    Ok(asked.state.relay(&presentation.to_bytes()))
}

fn arguments() -> Result<Arguments, String> {
    let mut arguments = Arguments {
        record: format!("{}/test-vectors/chip-records/adult-female.bin", testkit::ROOT).into(),
        scenario: None,
        now: Timestamp::from_civil(2026, 3, 1).ok_or("no such day")?,
        dump: None,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("{word}: a value is missing, or there is no such option"))?;
        match word.as_str() {
            "--record" => arguments.record = value.into(),
            "--dump" => arguments.dump = Some(value.into()),
            "--scenario" => arguments.scenario = Some(value.parse()?),
            "--now" => {
                let dashed = value.len() == 10 && value.match_indices('-').map(|(place, _)| place).eq([4, 7]);
                let day = Days::parse_yyyymmdd(&value.replace('-', "")).filter(|_| dashed).and_then(Days::to_civil);
                let midnight = day.and_then(|(year, month, day)| Timestamp::from_civil(year, month, day));
                arguments.now = midnight.ok_or_else(|| format!("--now {value}: not a day from 1970-01-01 on"))?;
            }
            _ => return Err(format!("{word}: not an option; there are --record, --scenario, --now and --dump")),
        }
    }
    Ok(arguments)
}
