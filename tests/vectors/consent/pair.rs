//! Requests about two credentials.

use serde_json::Value as Json;
use testkit::digits::usually;
use testkit::prelude::*;
use testkit::vectors::{File, Group, Vector};

use super::{Cast, PASS};
use crate::conformance::output;

/// Of an issuer that the wallet has nothing of.
const OTHER: u8 = 0xc2;

/// A season pass on the card holder's phone.
struct Pair {
    cast: Cast,
    pass: Issuer,
}

fn schema() -> Schema {
    Schema::builder("season-pass")
        .attribute("holder", AttributeKind::Text, "number of the holder", "持有人号码")
        .attribute("region", AttributeKind::Code, "home region", "常住地区")
        .attribute("born", AttributeKind::Date, "day of birth", "出生日")
        .attribute("points", AttributeKind::Number, "points", "积分")
        .build()
        .unwrap()
}

impl Pair {
    fn new() -> Self {
        let mut cast = Cast::new();
        let pass = Issuer::random(schema(), KeyVersion(1), &mut SeededRng::new([PASS; 32]));
        let mut values = Schema::card_values(&record("adult-female"));
        let (region, number, born) = (values.remove(6), values.remove(5), values.remove(3));
        cast.host.enrol_at(&mut cast.country, &pass, vec![number, region, born, Value::Number(12)]);
        Self { cast, pass }
    }

    /// A question about the pass beside what is asked of the card.
    fn and(&self, card: RequestBuilder) -> RequestBuilder {
        card.and(self.pass.parameters())
    }

    fn both(&self) -> RequestBuilder {
        self.and(self.cast.ask())
    }

    fn linked(&self, card: RequestBuilder) -> RequestBuilder {
        self.and(card).same("id-number", "holder")
    }

    /// Numbers are shown in digits, where a suite shows them in no other way.
    fn numbers(&self) -> RequestBuilder {
        usually(self.cast.ask())
    }

    fn said(&self) -> Vec<(&'static str, &'static str, Json)> {
        let Self { cast, .. } = self;
        let (country, born, region) = (&cast.country, cast.number(3), cast.number(6));
        let once = |builder| cast.once(builder);
        let scope = || Scope::new("season 季票");
        let of_pass = |key: RequestKey<'_>| match key {
            RequestKey::Issuer(1) => Mode::Ticket(TicketNumber::FIRST),
            _ => Mode::Keyed,
        };
        vec![
            ("nothing", "nothing but that there are both", once(self.both())),
            ("lists-of-card", "both lists of the first", once(self.and(cast.listed()))),
            ("lists-of-pass", "both lists of the second", once(country.listed(self.both()))),
            ("lists", "both lists of both", once(country.listed(self.and(cast.listed())))),
            ("linked", "that both are of one number", once(self.linked(cast.ask()))),
            ("linked-lists", "the same, and both lists of both", once(country.listed(self.linked(cast.listed())))),
            ("two-links", "two links, in the order of the first's attributes", {
                once(self.both().same("birth-date", "born").same("id-number", "holder"))
            }),
            ("disclosed", "an attribute of each, one name in both", {
                once(self.and(cast.ask().disclose("region")).disclose("region"))
            }),
            ("disclosed-of-pass", "an attribute of the second alone", once(self.both().disclose("points"))),
            ("points", "a bound of the second", once(self.and(self.numbers()).at_least("points", 10))),
            ("linked-told", "two intervals that leave one day of both", {
                let card = self.numbers().between("birth-date", born - 1..=born);
                once(self.and(card).between("born", born..=born + 1).same("birth-date", "born"))
            }),
            ("linked-told-crossing", "a day and a code that are told of both, in another order in each", {
                let card = self.numbers().between("birth-date", born..=born);
                let both = self.and(card).between("region", region..=region);
                once(both.same("birth-date", "born").same("region", "region"))
            }),
            ("linked-excluded", "of two days one, by what is excluded of the other credential", {
                let card = self.numbers().between("birth-date", born..=born + 1);
                let other = Days::from_number(u16::try_from(born + 1).unwrap());
                once(self.and(card).differs("born", Value::Date(other)).same("birth-date", "born"))
            }),
            ("close-of-both", "two classes told closely, one of each", {
                let card = self.numbers().between("birth-date", born..=born + 31);
                once(self.and(card).between("points", 1..=32))
            }),
            ("close-and-shown", "one class told closely, beside what is disclosed of the other", {
                let card = self.numbers().between("birth-date", born..=born + 31);
                once(self.and(card).disclose("points"))
            }),
            ("pseudonym-of-pass", "a pseudonym of the second", {
                once(country.listed(self.and(cast.listed())).pseudonym(scope()))
            }),
            ("limit-of-pass", "a limit of the second", {
                let both = country.listed(self.and(usually(cast.listed())));
                once(both.limit(scope(), 3, NOW..=later(86_399)))
            }),
            ("ticket-of-pass", "the second by a ticket", once(self.linked(cast.ask()).verified_by(of_pass))),
            ("passcode", "a passcode is demanded", {
                once(self.both().unlocked_by(LocalChecks::only(LocalCheck::Passcode)))
            }),
            ("window", "for others, too, for an hour", cast.standing(self.both(), NOW, later(3_600))),
            ("lately-of-pass", "lists of the second at any epoch", {
                let age = std::time::Duration::from_secs(7_200);
                let names = [&country.status, &country.flag].map(|list| list.list_keys().name().clone());
                once(names.iter().fold(self.both(), |asked, name| asked.present_lately_on(name, age)))
            }),
        ]
    }

    /// Slug, flag, check and comment.
    fn refused(&self) -> Vec<(&'static str, &'static str, &'static str, &'static str, Json)> {
        let Self { cast, .. } = self;
        let stranger = Issuer::random(schema(), KeyVersion(1), &mut SeededRng::new([OTHER; 32]));
        let once = |builder| cast.once(builder);
        vec![
            ("no-pass", "Unknown", "06-19", "no credential of the second's issuer", {
                once(cast.ask().and(stranger.parameters()))
            }),
            ("not-linked", "False", "06-20", "two attributes that differ", once(self.both().same("address", "holder"))),
            ("few-points", "False", "12-16", "a bound that the second does not meet", {
                once(self.and(self.numbers()).at_least("points", 13))
            }),
            ("status-of-pass", "Lists", "06-23", "the status list of the second alone", {
                once(self.and(cast.listed()).present_on(&cast.country.heads[0]))
            }),
        ]
    }
}

pub fn group(file: File) -> File {
    let pair = Pair::new();
    let state = pair.cast.state();
    let valid = pair.said().into_iter().map(|(slug, comment, input)| {
        let output = output("Consent", &state, &input);
        Vector::valid(slug, comment, input, output)
    });
    let refuse = |(slug, flag, check, comment, input)| Vector::invalid(slug, flag, check, comment, input);
    let comment = "A wallet with the credential of an identity card and a season pass.";
    let group = Group::new("pair", "Consent", comment, state.clone());
    let group = group.with_all(valid).with_all(pair.refused().into_iter().map(refuse));
    file.group(group)
        .secret("issuer of the season pass", pair.pass.to_bytes())
        .seeds(&[("the season pass", PASS), ("another issuer of passes", OTHER)])
}
