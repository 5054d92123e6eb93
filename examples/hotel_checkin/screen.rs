//! What is drawn in the terminal.

use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};
use selfsame::presentation::{Language, Verdict};

use crate::world::{Phone, Result, World};

pub fn title(chinese: &str, english: &str) {
    println!("\n== {chinese} · {english}");
}

/// A signed request as the desk's screen would show it: in base45, so in alphanumeric mode.
pub fn qr_code(text: &str) -> Result<()> {
    // Most terminals are dark: with the colours swapped, the code stands dark on light.
    let code = QrCode::with_error_correction_level(text, EcLevel::L)?;
    println!("{}", code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build());
    Ok(())
}

pub fn frame(head: &str, lines: Vec<String>) {
    println!("┌─ {head}");
    for line in lines {
        println!("│ {line}");
    }
    println!("└─");
}

/// Who knows what in the end. The last row is what the whole machinery is for.
pub fn learned(world: &World, phone: &Phone, verdict: Verdict) {
    let shards = world.heads[0].shard_count().number();
    let shard = phone.credential.shard().number();
    let rows = [
        ("terminal 读卡机", "the card record; it is enrolment, and the holder is present".to_owned()),
        ("issuer 签发方", "who enrolled, the public key of the device; nothing of any check-in".to_owned()),
        ("list owners 名单方", "handles of their own lists; nothing of any check-in".to_owned()),
        ("cosigners 共签方", "what the owners publish, of all shards; nothing of any check-in".to_owned()),
        (
            "platform 平台",
            match verdict {
                Verdict::Verified => format!("that somebody of group {shard} of {shards} answered this request"),
                Verdict::Refused => "that nobody answered this request validly".to_owned(),
            },
        ),
        ("desk 前台", format!("the verdict below; in what it relayed, the group: {shard} 仅结论与分组号")),
    ];
    for (party, knows) in rows {
        println!("{party}: {knows}");
    }
}

/// The desk's screen: the same for every reason.
pub fn desk(verdict: Verdict) {
    title("前台屏幕", "The desk's screen");
    println!("{}", verdict.text(Language::English));
    println!("{}", verdict.text(Language::Chinese));
}
