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
use selfsame::credential::Credential;
use selfsame::presentation::{Language, PresentError, PresentationRequest, RequestBuilder, Verdict};
use selfsame::template::TemplateParameters;
use testkit::faces::Faces;
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

/// Asks, reviews and answers; a wallet that must not answer says why.
fn answer(
    faces: &mut Faces,
    of: &[&Credential; 2],
    asked: RequestBuilder,
) -> Result<std::result::Result<Verdict, PresentError>> {
    let asked = asked.once(&mut faces.world.country.rng)?;
    Ok(match faces.world.present(of, &asked.message, None) {
        Ok(presentation) => Ok(faces.world.outcome(asked.state, &presentation).verdict),
        Err(reason) => Err(reason),
    })
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
    let mut faces = Faces::new(9, parameters, template.clone());
    let (card, face) = (faces.card.clone(), faces.face.clone());
    println!("  one exchange, two credentials, one device 一次办理，两份网证，同一设备");

    step("二、住客本人站在摄像头前。", "2. The guest stands before the camera.");
    let request = faces.ask(probe.clone()).once(&mut faces.world.country.rng)?.message;
    let consent = faces.world.review(&[&card, &face], &request, None)?;
    for language in [Language::English, Language::Chinese] {
        consent.sentences(language).iter().for_each(|sentence| println!("    {sentence}"));
    }
    let score: i64 = template.iter().zip(&probe).map(|(t, p)| i64::from(*t) * i64::from(*p)).sum();
    println!("  the phone alone knows 仅手机知道: {score} ≥ {THRESHOLD}");
    let asked = faces.ask(probe);
    let verdict = answer(&mut faces, &[&card, &face], asked)??;
    expect("the desk 前台", verdict, Verdict::Verified)?;

    step("三、陌生人拿着住客的手机。", "3. A stranger with the guest's phone.");
    let stranger = quantised(&people.person(512));
    let asked = faces.ask(stranger);
    match answer(&mut faces, &[&card, &face], asked.clone())? {
        Err(reason @ PresentError::AnotherFace) => {
            println!("  the wallet tells its holder 钱包提示: {}", reason.holder_reason(Language::Chinese))
        }
        other => return Err(format!("the stranger got {other:?}").into()),
    }
    let asked = asked.once(&mut faces.world.country.rng)?;
    let lie = faces.world.forge(&[&card, &face], &asked.message, None)?;
    let verdict = faces.world.outcome(asked.state, &lie).verdict;
    expect("and if it lies, like any refusal 若作弊，与任何拒绝无异", verdict, Verdict::Refused)?;

    step("四、前台用伪造的探针来猜模板。", "4. A desk asks with a probe that is no face.");
    crafted(&mut faces, &card, &face)?;

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

/// One entry alone would tell its sign; a probe that is too long would move the threshold.
fn crafted(faces: &mut Faces, card: &Credential, face: &Credential) -> Result<()> {
    let mut one = vec![0_i8; 512];
    one[17] = 1;
    let mut long = vec![2_i8; 512];
    long[17] = 127;
    for (name, probe) in [("one entry 单一分量", one), ("too long 过长", long)] {
        // The honest builder refuses; the desk writes the request itself.
        let request = PresentationRequest::from_bytes(&faces.crafted(&probe))?;
        match faces.world.review(&[card, face], &request, None) {
            Err(reason @ PresentError::Probe(_)) => {
                println!(
                    "  {name}: {} {}",
                    reason.holder_reason(Language::Chinese),
                    reason.holder_reason(Language::English)
                );
            }
            other => return Err(format!("{name}: {:?}", other.map(|_| "reviewed")).into()),
        }
    }
    Ok(())
}
