//! Requests about a face.

use selfsame::codec::Message;
use selfsame::set::{DigitBase, DigitSetKey};
use selfsame::template::{Probe, TemplateParameters};
use serde_json::{Value as Json, json};
use testkit::faces::{Faces, Home, vector};
use testkit::prelude::*;
use testkit::vectors::{File, Group, Vector};

use super::FACES;
use crate::conformance::output;
use crate::following::changed;
use crate::phones;

/// Of digits that the wallet has no table of.
const OTHER: u8 = 0xc4;
const PROBE: (usize, i8) = (128, 3);

/// A wallet with a card and the template of its holder's face.
struct Guest {
    home: Home,
    /// The wallet's file before anything was counted.
    fresh: Vec<u8>,
}

impl Guest {
    fn new() -> Self {
        let parameters = TemplateParameters::of_128([1; 32], 500, 1000).unwrap().with_short_digits().unwrap();
        let mut home = Home::empty_in_base(DigitBase::Of256, FACES, parameters, vector(PROBE.0, PROBE.1));
        let arrived = home.apply();
        home.receive(arrived).map_err(|refused| refused.1).unwrap();
        let fresh = home.host.file.clone();
        Self { home, fresh }
    }

    fn state(&self) -> Json {
        let Home { country, host, digits_key, .. } = &self.home;
        let digits = DigitSetKey::from_bytes(digits_key).unwrap().publish();
        json!({
            "key": hex::encode(host.key.to_secret_bytes().expose()),
            "minimum": 0,
            "handed_out": 0,
            "heads": country.sets.iter().map(|set| hex::encode(set.to_bytes())).collect::<Vec<_>>(),
            "sets": [],
            "digits": [hex::encode(digits.to_bytes())],
        })
    }

    fn secrets(&self, file: File) -> File {
        let (Home { country, host, faces, digits_key, .. }, of) = (&self.home, " of faces");
        phones::host(file.country_and_issuer(of, country), of, host)
            .secret("issuer of templates of faces", faces.to_bytes())
            .secret("digits of faces", digits_key)
            .seeds(&[("faces", FACES), ("other digits", OTHER)])
            .seeds(&[
                ("the first face of the day", 21),
                ("the second face of the day", 22),
                ("the third face of the day", 23),
            ])
    }

    fn card(&self) -> RequestBuilder {
        PresentationRequest::builder(self.home.country.issuer.parameters(), super::VERIFIER, "admission 入场")
    }

    /// The face beside what is asked of the card.
    fn ask(&self, card: RequestBuilder) -> RequestBuilder {
        let probe = Probe::new(vector(PROBE.0, PROBE.1));
        card.and(self.home.faces.parameters()).same("id-number", "id-number").face(probe, &self.home.digits)
    }

    fn request(builder: RequestBuilder, nonce: u8) -> PresentationRequest {
        builder.once(&mut SeededRng::new([nonce; 32])).unwrap().message
    }

    fn input(file: &[u8], request: &[u8], now: Timestamp) -> Json {
        json!({ "file": hex::encode(file), "request": hex::encode(request), "now": now.as_secs() })
    }

    /// Of a wallet that counted nothing.
    fn once(&self, builder: RequestBuilder) -> Json {
        Self::input(&self.fresh, &Self::request(builder, 7).to_bytes(), NOW)
    }

    /// Counts a comparison, and gives the file that says so.
    fn count(&mut self, nonce: u8) -> Vec<u8> {
        let request = Self::request(self.ask(self.card()), nonce);
        let consent = self.home.review(&request, NOW).unwrap();
        self.home.count(&consent, NOW).unwrap();
        self.home.host.file.clone()
    }

    /// The day's comparisons, one after the other.
    fn counted(&mut self) -> Vec<Vector> {
        let state = self.state();
        let asked = Self::request(self.ask(self.card()), 7).to_bytes();
        let [one, two, three] = [21, 22, 23].map(|nonce| self.count(nonce));
        let second = Self::request(self.ask(self.card()), 22).to_bytes();
        let valid = |slug, comment, file: &[u8], request: &[u8], now| {
            let input = Self::input(file, request, now);
            let output = output("Consent", &state, &input);
            Vector::valid(slug, comment, input, output)
        };
        // In China a day begins at 16:00 UTC.
        let midnight = Timestamp::from_secs((NOW.as_secs() + 28_800).next_multiple_of(86_400) - 28_800);
        let fourth = |now| Self::input(&three, &asked, now);
        vec![
            valid("second", "one was compared on this day", &one, &asked, NOW),
            valid("third", "two were", &two, &asked, NOW),
            valid("again", "one that was counted as the second is asked again after a third", &three, &second, NOW),
            valid("tomorrow", "three were on the day before", &three, &asked, midnight),
            Vector::invalid("fourth", "Faces", "11-55", "a fourth one of a day", fourth(NOW)),
            Vector::invalid("fourth-at-night", "Faces", "11-55", "in the last second of the day in China", {
                fourth(Timestamp::from_secs(midnight.as_secs() - 1))
            }),
        ]
    }

    fn refused(&self) -> Vec<Vector> {
        let other = DigitSetKey::random(DigitBase::Of256, &mut SeededRng::new([OTHER; 32])).publish().verify().unwrap();
        let (card, probe) = (self.card(), Probe::new(vector(PROBE.0, PROBE.1)));
        let foreign = card.and(self.home.faces.parameters()).same("id-number", "id-number").face(probe, &other);
        let plain = Self::request(self.ask(self.card()), 7).to_bytes();
        let of_file = |change: &dyn Fn(&mut Item)| {
            let file = changed(&self.home.host, |body| {
                change(body.at_mut(3).at_mut(1).at_mut(0).at_mut(3));
            });
            Self::input(&file, &plain, NOW)
        };
        let mut one = vec![0; PROBE.0];
        one[17] = 1;
        let asked = self.card().between("birth-date", 1..=45_000).in_digits(&self.home.digits);
        let asked = Tree::parse(&Self::request(asked, 7).to_bytes());
        let wider = asked.with(|body| *body.at_mut(6).at_mut(1) = Item::Uint(12));
        let crafted = Self::input(&self.fresh, &Faces::with_probe(&plain, &one), NOW);
        let handle = |list: usize| of_file(&|content| content.at_mut(7 + list).at_mut(0).bytes_mut()[0] ^= 1);
        let refuse = |slug, flag, check, comment, input| Vector::invalid(slug, flag, check, comment, input);
        vec![
            refuse("other-digits", "Unknown", "12-50", "digits that the wallet has no table of", self.once(foreign)),
            refuse("other-bits", "Unknown", "12-50", "digits of its own table, of twelve bits", {
                Self::input(&self.fresh, &wider, NOW)
            }),
            refuse("probe-of-one", "Faces", "12-62", "a probe of one entry", crafted),
            refuse("status-of-another", "False", "12-65", "a template of another card", handle(0)),
            refuse("flag-of-another", "False", "12-65", "a template of another person", handle(1)),
            refuse("number-of-another", "False", "06-20", "a template with another number", {
                of_file(&|content| *content.at_mut(5).at_mut(0).at_mut(1) = Item::Text("110101199001011234".into()))
            }),
        ]
    }
}

pub fn group(file: File) -> File {
    let mut guest = Guest::new();
    let file = guest.secrets(file);
    let state = guest.state();
    let listed = guest.home.country.listed(guest.card());
    let said = [
        ("face", "a face", guest.ask(guest.card())),
        ("face-lists", "and both lists of the card", guest.ask(listed)),
        ("face-born", "and an interval of the card, in the same digits", {
            guest.ask(guest.card().between("birth-date", 1..=45_000))
        }),
        ("face-passcode", "and a passcode", {
            guest.ask(guest.card()).unlocked_by(LocalChecks::only(LocalCheck::Passcode))
        }),
    ];
    let valid = said.map(|(slug, comment, builder)| {
        let input = guest.once(builder);
        let output = output("Consent", &state, &input);
        Vector::valid(slug, comment, input, output)
    });
    let comment = "A wallet with the credential of an identity card, and beside it the template of its holder's face.";
    let group = Group::new("face", "Consent", comment, state).with_all(valid).with_all(guest.refused());
    file.group(group.with_all(guest.counted()))
}
