//! A hotel's camera looks at the guest, and the desk learns one bit: that this is the face on the
//! register's photo.
//!
//! ```text
//! cargo run --release --all-features --example face_at_the_desk
//! cargo run --release --all-features --example face_at_the_desk -- --plot FILE.svg
//! cargo run --release --all-features --example face_at_the_desk -- --template FILE --probe FILE
//! ```
//!
//! The faces are made up: vectors whose likeness is distributed as that of a good model of 512
//! entries, 0 ± 0.06 between two people and 0.6 ± 0.1 between two pictures of one. Real ones can be
//! given as files of integers, one for each entry. Neither template nor score leaves the phone, and
//! the desk sees no more of a stranger than of any other refusal.

mod people;
mod plot;

use std::path::PathBuf;
use std::process::ExitCode;

use selfsame::codec::Message;
use selfsame::presentation::{Language, PresentError, PresentationRequest, Verdict};
use selfsame::template::TemplateParameters;
use selfsame::wallet::WalletError;
use testkit::faces::{Faces, Home};
use testkit::story::{self, Result, expect, step};

use people::{People, quantised};

/// A cosine of 0.285 in a vector of length 45: one stranger in a million is let in.
const THRESHOLD: u32 = 577;
const FLOOR: u32 = 1500;

fn main() -> ExitCode {
    story::exit(tell())
}

#[derive(Default)]
struct Options {
    plot: Option<PathBuf>,
    template: Option<PathBuf>,
    probe: Option<PathBuf>,
}

fn options() -> Result<Options> {
    let (mut options, mut words) = (Options::default(), std::env::args().skip(1));
    while let Some(word) = words.next() {
        let file = words.next().map(PathBuf::from);
        match word.as_str() {
            "--plot" => options.plot = file,
            "--template" => options.template = file,
            "--probe" => options.probe = file,
            other => return Err(format!("{other} is no option").into()),
        }
    }
    Ok(options)
}

fn file(path: &PathBuf) -> Result<Vec<i8>> {
    let text = std::fs::read_to_string(path)?;
    Ok(text.split_whitespace().map(str::parse).collect::<std::result::Result<_, _>>()?)
}

/// A guest reads what is asked and agrees; the wallet counts the comparison and stores that, and
/// only then compares the face and answers.
fn visit(home: &mut Home, probe: Vec<i8>, read_out: bool) -> Result<std::result::Result<Verdict, WalletError>> {
    let now = home.country.now;
    let asked = home.ask(probe);
    let consent = match home.review(&asked.message, now) {
        Ok(consent) => consent,
        Err(reason) => return Ok(Err(reason)),
    };
    for language in [Language::English, Language::Chinese].into_iter().filter(|_| read_out) {
        consent.sentences(language).iter().for_each(|sentence| println!("    {sentence}"));
    }
    home.count(&consent, now)?;
    Ok(match home.present(consent, now) {
        Ok(answer) => Ok(home.country.settle(asked.state, &answer.to_bytes())),
        Err(reason) => Err(reason),
    })
}

/// What the wallet tells its holder, and nobody else.
fn told(name: &str, reason: &PresentError) {
    let [chinese, english] = [Language::Chinese, Language::English].map(|language| reason.holder_reason(language));
    println!("  {name}: {chinese} {english}");
}

fn tell() -> Result<()> {
    let options = options()?;
    let parameters = TemplateParameters::of_512([0x5e; 32], FLOOR, THRESHOLD)?;
    let mut people = People::new(7);
    let guest = people.person(512);
    let template = options.template.as_ref().map_or_else(|| Ok(quantised(&guest)), file)?;
    let probe = match &options.probe {
        Some(path) => file(path)?,
        None => quantised(&people.picture(&guest, 0.6)),
    };

    step(
        "一、发证：登记照片的模板放在另一份网证里。",
        "1. Issuance: the photo's template is in a credential of its own.",
    );
    let mut home = Home::new(9, parameters, template.clone());
    println!("  one exchange, two credentials, one device, one wallet 一次办理，两份网证，同一设备与钱包");

    step("二、住客本人站在摄像头前。", "2. The guest stands before the camera.");
    let score: i64 = template.iter().zip(&probe).map(|(t, p)| i64::from(*t) * i64::from(*p)).sum();
    let verdict = visit(&mut home, probe.clone(), true)??;
    println!("  the phone alone knows 仅手机知道: {score} ≥ {THRESHOLD}");
    expect("the desk 前台", verdict, Verdict::Verified)?;

    step("三、陌生人拿着住客的手机。", "3. A stranger with the guest's phone.");
    stranger(&mut home, quantised(&people.person(512)))?;

    step("四、前台用伪造的探针来猜模板。", "4. A desk asks with a probe that is no face.");
    crafted(&mut home, &probe)?;
    expect("that counted for nothing 不计入次数", visit(&mut home, probe.clone(), false)??, Verdict::Verified)?;
    match visit(&mut home, probe, false)? {
        Err(WalletError::Present(reason @ PresentError::FacesUsedUp)) => told("a fourth today 今日第四次", &reason),
        other => return Err(format!("a fourth comparison: {other:?}").into()),
    }

    step("五、错误接受与错误拒绝。", "5. False accepts and false rejects.");
    let curve = plot::measure(&mut people, 10_000);
    plot::check(&curve)?;
    let path = options.plot.unwrap_or_else(|| std::env::temp_dir().join("face-at-the-desk.svg"));
    std::fs::write(&path, plot::svg(&curve, i64::from(THRESHOLD)))?;
    println!("  10,000 pairs of each kind 各一万对: {}", path.display());
    let (accepted, rejected) = curve.at(i64::from(THRESHOLD));
    println!("  at the threshold 阈值处: {accepted} strangers accepted 错误接受, {rejected} guests refused 错误拒绝");
    expect("the story 全程", Verdict::Verified, Verdict::Verified)
}

/// The wallet sends nothing, or a decoy; either way the desk sees a refusal like any other.
fn stranger(home: &mut Home, probe: Vec<i8>) -> Result<()> {
    let now = home.country.now;
    let asked = home.ask(probe);
    let consent = home.review(&asked.message, now)?;
    home.count(&consent, now)?;
    match home.present(consent, now) {
        Err(WalletError::Present(reason @ PresentError::AnotherFace)) => told("the wallet 钱包", &reason),
        other => return Err(format!("the stranger got {:?}", other.map(|_| "an answer")).into()),
    }
    let consent = home.host.wallet.review_for_decoy_uncertified(&asked.message, &[], &[], now)?;
    let decoy = home.present(consent, now)?;
    let verdict = home.country.settle(asked.state, &decoy.to_bytes());
    expect("and a decoy, like any refusal 发送诱饵，与任何拒绝无异", verdict, Verdict::Refused)
}

/// One entry alone would tell its sign; a probe that is too long would move the threshold.
fn crafted(home: &mut Home, honest: &[i8]) -> Result<()> {
    let now = home.country.now;
    let mut one = vec![0_i8; 512];
    one[17] = 1;
    let mut long = vec![2_i8; 512];
    long[17] = 127;
    // The honest builder refuses; the desk writes the request itself.
    let request = home.ask(honest.to_vec()).message.to_bytes();
    for (name, probe) in [("one entry 单一分量", one), ("too long 过长", long)] {
        let request = PresentationRequest::from_bytes(&Faces::with_probe(&request, &probe))?;
        match home.review(&request, now) {
            Err(WalletError::Present(reason @ PresentError::Probe(_))) => told(name, &reason),
            other => return Err(format!("{name}: {:?}", other.map(|_| "reviewed")).into()),
        }
    }
    Ok(())
}
