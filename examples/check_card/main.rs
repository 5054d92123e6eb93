//! A desk holds a card and asks the registry whether it is on record, current, and not reported
//! lost.
//!
//! ```text
//! cargo run --release --all-features --example check_card
//! ```
//!
//! The desk reads the whole chip, gets the card's symbol from the authority, which does not see the
//! card, and sends the registry a question that it signs under its certificate. The answer is one
//! bit, signed, to this question alone: a card that is lost, expired, or not known looks the same.

use std::process::ExitCode;

use rand_core::OsRng;
use selfsame::calendar::{Days, Timestamp};
use selfsame::chip::ChipRecord;
use selfsame::codec::{Message, Sent};
use selfsame::directory::VerifiedDirectory;
use selfsame::presentation::Language;
use selfsame::registry::{CardAnswer, CardQuestion, CardQuestionState, CardStanding, Report};
use selfsame::schema::Schema;
use selfsame::symbol::{SymbolInput, SymbolRequest, SymbolResponse};

use testkit::story::desk::Desk;
use testkit::story::{self, Country, Phone, Result, request_key, step};

use CardStanding::{Confirmed, NotConfirmed};

fn main() -> ExitCode {
    story::exit(tell())
}

/// A desk with a reader for chips.
struct Counter {
    desk: Desk,
    directory: VerifiedDirectory,
}

impl Counter {
    fn new(country: &Country) -> Result<Self> {
        let directory = country.directory.pin(&country.directory.digest())?;
        Ok(Self { desk: Desk::with_a_reader(country)?, directory })
    }

    /// The question about a card whose chip was read.
    fn ask(&self, country: &Country, chip: &ChipRecord) -> Result<Sent<CardQuestionState, CardQuestion>> {
        let blinded = SymbolInput::card_of(chip)?.blind(&mut OsRng);
        let response = country.evaluate(&SymbolRequest::from_bytes(&blinded.message.to_bytes())?).to_bytes();
        let response = SymbolResponse::from_bytes(&response)?;
        let card = blinded.state.finalize(&response, &self.directory.symbol_key())?;
        let (certificate, list) = (self.desk.certificate(), country.registry.status_list().name());
        let key = self.desk.key();
        Ok(key.ask_about_card(certificate, &self.directory, list, card, country.now, &mut OsRng)?)
    }

    /// What the registry answers.
    fn answer(&self, country: &mut Country, question: &[u8]) -> Result<Vec<u8>> {
        let question = CardQuestion::from_bytes(question)?;
        // Here the host counts the questions of this desk.
        let admitted = country.registry.admit(question, &self.directory, country.now)?;
        Ok(country.at_registry(|registry| registry.check_card(admitted))?.to_bytes())
    }

    /// What the desk's screen shows; whatever goes wrong is a card that is not confirmed.
    fn show(who: &str, state: CardQuestionState, answer: &[u8], now: Timestamp, promised: CardStanding) -> Result<()> {
        let answer = CardAnswer::from_bytes(answer)?;
        let standing = state.receive(&answer, now).unwrap_or(NotConfirmed);
        println!("  {who}: {} {}", standing.text(Language::Chinese), standing.text(Language::English));
        if standing == promised { Ok(()) } else { Err(format!("{who}: not what the story promised").into()) }
    }

    /// All of it; gives the answer's bytes.
    fn check(&self, country: &mut Country, who: &str, chip: &ChipRecord, promised: CardStanding) -> Result<Vec<u8>> {
        let asked = self.ask(country, chip)?;
        let answer = self.answer(country, &asked.message.to_bytes())?;
        Self::show(who, asked.state, &answer, country.now, promised)?;
        Ok(answer)
    }
}

/// Noon of the day after the last one of the card, in China.
fn after_validity(record: &ChipRecord) -> Result<Timestamp> {
    let schema = Schema::resident_card();
    let place = schema.index_of("valid-until").ok_or("no such attribute")?.number();
    let values = Schema::card_values(record);
    let last = values.get(usize::from(place)).and_then(|value| value.number()).ok_or("no such day")?;
    let (year, month, day) = Days::from_number(u16::try_from(last)?).to_civil().ok_or("it never ends")?;
    let midnight = Timestamp::from_civil(year, month, day).ok_or("no such instant")?;
    Ok(midnight.checked_add(28 * 3_600).ok_or("the end of time")?)
}

fn tell() -> Result<()> {
    let mut country = Country::new()?;
    let bytes = story::bytes_of("adult-female")?;
    let card = ChipRecord::parse(&bytes)?;
    Phone::of(&mut country, &card)?;
    let counter = Counter::new(&country)?;

    step("一、柜台读取证件芯片并查询登记机关。", "1. A card is handed over. The desk reads its chip and asks.");
    let first = counter.check(&mut country, "the card 证件", &card, Confirmed)?;
    println!("  the registry's answer: {} bytes 字节", first.len());

    step("二、复制的芯片，改动了一个字节。", "2. A copy of the chip, with one byte of the photo changed.");
    let mut copied = bytes;
    *copied.last_mut().ok_or("an empty chip")? ^= 1;
    let copy = counter.check(&mut country, "the copy 复制件", &ChipRecord::parse(&copied)?, NotConfirmed)?;

    step("三、证件已挂失。", "3. The card is reported lost, and somebody shows it.");
    let (_, symbol) = country.symbols(&card)?;
    let report = Report::CardLost(symbol);
    story::done(country.at_registry(|registry| registry.report(request_key(), report))?)?;
    let lost = counter.check(&mut country, "the lost card 挂失的证件", &card, NotConfirmed)?;
    println!("  its answer says as little as the copy's: {}", lost.len() == copy.len() && lost.len() == first.len());

    step("四、有人重放先前的答复。", "4. Somebody in between sends the desk the answer of the first day again.");
    let asked = counter.ask(&country, &card)?;
    Counter::show("the lost card, an old answer 旧答复", asked.state, &first, country.now, NotConfirmed)?;

    step("五、证件找回，直至有效期届满。", "5. The card is found, and good again, until its last day is over.");
    let (_, symbol) = country.symbols(&card)?;
    let report = Report::CardFound(symbol);
    story::done(country.at_registry(|registry| registry.report(request_key(), report))?)?;
    counter.check(&mut country, "the card 证件", &card, Confirmed)?;
    country.now = after_validity(&card)?;
    let counter = Counter::new(&country)?;
    counter.check(&mut country, "the expired card 过期的证件", &card, NotConfirmed)?;

    println!("\n五次查询均如所料：验证成功 (all as it should be)");
    Ok(())
}
