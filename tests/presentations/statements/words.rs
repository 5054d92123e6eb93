//! What the holder reads before it agrees.

use selfsame::presentation::{LONGEST_UNCERTIFIED_WINDOW, decoy};

use testkit::prelude::*;
use testkit::world::{CONDITION, Sample, VERIFIER, World};

/// A credential's name on the screen, in both languages.
fn named(issuer: &Issuer) -> [String; 2] {
    let (parameters, key) = (issuer.parameters(), issuer.parameters().key().to_bytes());
    let key: String = key[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let (name, version) = (parameters.schema().name(), parameters.version().0);
    [format!("“{name}” (issuer {key}, key {version})"), format!("“{name}”（签发方 {key}，密钥 {version}）")]
}

fn day(number: u64) -> Value {
    Value::Date(Days::from_number(u16::try_from(number).unwrap()))
}

fn sentences(world: &mut World, builder: RequestBuilder) -> [Vec<String>; 2] {
    let card = world.card.clone();
    let licence = world.licence.clone();
    let asked = builder.once(&mut world.country.rng).unwrap();
    let credentials = &[&*card, &*licence][..asked.message.credentials().len()];
    let consent = world.review(credentials, &asked.message, Some(0)).unwrap();
    [Language::English, Language::Chinese].map(|language| consent.sentences(language).to_vec())
}

const NOT_LINKED: [&str; 2] = [
    "By this answer alone it cannot link this to your other visits.",
    "对方无法仅凭此次答复将本次核验与您的其他核验关联。",
];
const COUNTED: [&str; 2] = [
    "It will see which of 4 groups you are in; beyond that it cannot, by this answer alone, link this to your other visits as long as your wallet has counted every use.",
    "对方可得知您属于4个分组中的哪一组；除此之外，只要您的钱包已计入您的每次使用，对方无法仅凭此次答复将本次核验与您的其他核验关联。",
];
const WEAKER: [&str; 2] = [
    "By this answer alone it can link this to your other visits only by what it learns here, which many people may share.",
    "仅凭此次答复，对方只能根据其中得知的信息将本次核验与您的其他核验关联，而符合这些信息的人可能很多。",
];
const LEARNT: [&str; 2] =
    ["It can link this to other visits where it learns the same.", "对方可将本次核验与得知相同信息的其他核验关联。"];
const FEW: [&str; 2] = [
    "Few people may fit all of this, so it may recognise you again.",
    "符合以上全部情况的人可能很少，对方或可据此再次认出您。",
];
const SHOWN: [&str; 2] =
    ["It can link this to other visits where you show the same.", "对方可将本次核验与您出示相同信息的其他核验关联。"];
const NAMED: [&str; 2] =
    ["It can link this to other visits under the same pseudonym.", "对方可将本次核验与使用同一网号的其他核验关联。"];
const ONLINE: [&str; 2] = [
    "A platform will check your answer online; what the asker can learn and link, it can too.",
    "平台将在线核验您的答复；对方能够得知和关联的，平台同样能够。",
];
const SIGNED: [&str; 2] = [
    "It can prove to others that the holder of this pseudonym answered this.",
    "对方可向他人证明该网号的持有人答复了此请求。",
];
const NOTHING: [&str; 2] = ["It will see nothing on your card.", "对方不会看到您证件上的任何信息。"];
const SAID: [&str; 2] = [
    "It will see nothing that your credential says, but will learn what is said of it below.",
    "对方不会看到您网证的具体内容，但将得知下述情况。",
];
const TOLD: [&str; 2] = ["It will learn part of what your credential says:", "对方将得知您网证中的部分内容："];
const NOBODY: [&str; 2] =
    ["No certificate vouches for this name: anyone could use it.", "该名称未经证书认证，任何人都可以使用。"];
const EVIDENCE: [&str; 2] =
    ["It can prove to others that someone answered this.", "对方可向他人证明有人答复了此请求。"];

/// What attributes are called.
const NAME: [&str; 2] = ["name", "姓名"];
const BIRTH: [&str; 2] = ["date of birth", "出生日期"];
const REGION: [&str; 2] = ["region of registration", "登记地区"];
const UNTIL: [&str; 2] = ["valid until", "有效期至"];
const PHOTO: [&str; 2] = ["photo digest", "照片摘要"];

fn learns(attribute: [&str; 2], english: &str, chinese: &str) -> [String; 2] {
    let [name, chinese_name] = attribute;
    [format!("It will learn that your “{name}” {english}."), format!("对方将得知您的“{chinese_name}”{chinese}。")]
}

/// Checks 06-28, 12-17, 12-27, 12-34, 12-42.
#[test]
fn every_statement_is_a_sentence_in_both_languages() {
    let mut world = World::new(250);
    let region = world.card.values()[6].number().unwrap();
    let code = u32::try_from(region).unwrap();
    let (two, one) = (world.add_set(vec![code, code + 1]), world.add_set(vec![code]));
    let factors = world.add_set(AssuranceFactors::CHIP_READ.supersets());
    let odd = world.add_set(vec![6, 7]);
    let period = || Timestamp::from_civil(2026, 9, 21).unwrap()..=Timestamp::from_civil(2026, 9, 22).unwrap();
    let born = world.card.values()[3].number().unwrap();
    let birth = Days::from_number(u16::try_from(born).unwrap());
    let (adult, today) = (Age::new(18).unwrap(), world.today());
    let limited = |shows| world.ask_listed().limit(Scope::new("visits"), shows, period());
    let ask = || world.ask();
    let not_called = Value::Text(String::from("王小明"));
    let (photo, hex) = (Value::Digest([0xab; 32]), "ab".repeat(32));
    let since = [
        "It will learn that your pseudonym’s start date is 2026-09-21 or earlier.",
        "对方将得知您的网号启用日期不晚于2026-09-21。",
    ];
    let by_chip =
        ["It will learn that your enrolment included: chip reading.", "对方将得知您办理网证时经过以下核验：芯片读取。"];
    let by_one_of = [
        "It will learn that your enrolment method is one of: chip reading + live face comparison, name and number lookup + chip reading + live face comparison.",
        "对方将得知您的办理方式是以下之一：芯片读取+活体人脸比对、姓名号码核对+芯片读取+活体人脸比对。",
    ];
    let recognised = [
        "It, and anyone else who asks under this name, will recognise you again by a pseudonym for “account”, which is of no use under other names.",
        "对方及以此名称请求核验的任何他人，都将凭用于“account”的网号再次认出您；该网号在其他名称下无用。",
    ];
    let once = [
        "It counts this towards “visits”: at most once from 2026-09-21 00:00 UTC to 2026-09-22 00:00 UTC.",
        "本次计入“visits”，自 2026-09-21 00:00 UTC 至 2026-09-22 00:00 UTC 最多1次。",
    ];
    let thrice = [
        "It counts this towards “visits”: at most 3 times from 2026-09-21 00:00 UTC to 2026-09-22 00:00 UTC.",
        "本次计入“visits”，自 2026-09-21 00:00 UTC 至 2026-09-22 00:00 UTC 最多3次。",
    ];
    let opened = [
        "Any 3 of the 5 auditors “Provincial auditors 省审计组” together can find out who you are, and should do so only on this condition: “an order of the Haidian District Court”.",
        "审计方“Provincial auditors 省审计组”的5名成员中任意3名可共同查明您的身份，且只应在满足以下条件时查明：“an order of the Haidian District Court”。",
    ];
    let whole = |sentences: [&str; 2]| sentences.map(String::from);
    let either = format!("is one of: {code}, {}", code + 1);
    for (builder, [english, chinese], linked) in [
        (ask().between("region", 1..=900_000), learns(REGION, "is from 1 to 900000", "在1至900000之间"), WEAKER),
        (ask().at_least("region", 1), learns(REGION, "is at least 1", "不小于1"), WEAKER),
        (ask().at_most("region", 900_000), learns(REGION, "is at most 900000", "不大于900000"), WEAKER),
        (
            ask().of_age("birth-date", adult, today),
            learns(BIRTH, "is 2008-09-21 or earlier", "不晚于2008-09-21"),
            WEAKER,
        ),
        (ask().valid_on("valid-until", today), learns(UNTIL, "is 2026-09-21 or later", "不早于2026-09-21"), WEAKER),
        (ask().pseudonym_since(today.day()), whole(since), WEAKER),
        // An interval of one number, and a set of one code, show the value.
        (ask().between("birth-date", born..=born), learns(BIRTH, &format!("is {birth}"), &format!("是{birth}")), SHOWN),
        (ask().one_of("region", &one), learns(REGION, &format!("is {code}"), &format!("是{code}")), SHOWN),
        (ask().one_of("region", &two), learns(REGION, &either, &format!("是以下之一：{code}、{}", code + 1)), LEARNT),
        (ask().enrolled_with(&factors), whole(by_chip), WEAKER),
        (ask().enrolled_with(&odd), whole(by_one_of), LEARNT),
        (ask().differs("name", not_called), learns(NAME, "is not “王小明”", "不是“王小明”"), WEAKER),
        (ask().differs("birth-date", day(0)), learns(BIRTH, "is not 1900-01-01", "不是1900-01-01"), WEAKER),
        (
            ask().differs("region", Value::Code(Days::LONG_TERM.number().into())),
            learns(REGION, "is not 65535", "不是65535"),
            WEAKER,
        ),
        (
            ask().differs("birth-date", Value::Date(Days::LONG_TERM)),
            learns(BIRTH, "is not long-term", "不是长期"),
            WEAKER,
        ),
        (ask().differs("photo", photo), learns(PHOTO, &format!("is not {hex}"), &format!("不是{hex}")), WEAKER),
        (world.ask_listed().pseudonym(Scope::new("account")), whole(recognised), NAMED),
        (limited(1), whole(once), COUNTED),
        (limited(3), whole(thrice), COUNTED),
        (ask().escrow(world.auditors_key(), CONDITION), whole(opened), NOT_LINKED),
    ] {
        let [found_english, found_chinese] = sentences(&mut world, builder);
        let escrow = english.contains("can find out who you are");
        let first = [
            "“Cinema Daguangming” asks for proof. Purpose: “admission”.",
            "“Cinema Daguangming”请求核验，用途：“admission”。",
        ];
        let nothing = match linked {
            SHOWN => TOLD,
            WEAKER | LEARNT => SAID,
            _ => NOTHING,
        };
        let card = named(&world.country.issuer);
        let of = [format!("About your {}:", card[0]), format!("关于您的{}：", card[1])];
        // What lists add stands in the way of no other sentence.
        let about_lists = ["(list ", "wanted list", "名单 ", "It will see which of 4 groups you are in.", "的哪一组。"];
        let without_lists = |found: Vec<String>| -> Vec<String> {
            let is_of_lists = |sentence: &String| about_lists.iter().any(|part| sentence.contains(part));
            found.into_iter().filter(|sentence| !is_of_lists(sentence)).collect()
        };
        let [found_english, found_chinese] = [found_english, found_chinese].map(without_lists);
        for (place, (found, said)) in [(found_english, english), (found_chinese, chinese)].into_iter().enumerate() {
            let mut all = vec![first[place], NOBODY[place], &*of[place], nothing[place], &*said, ONLINE[place]];
            all.extend((linked == NAMED).then_some(SIGNED[place]));
            all.extend(escrow.then_some(EVIDENCE[place]));
            all.push(linked[place]);
            assert_eq!(found, all);
        }
    }
}

/// What is said of one credential is not said of the other.
#[test]
fn each_credential_has_its_own_first_sentence() {
    let mut world = World::new(252);
    let licence = world.transport.parameters().clone();
    let builder = world.ask().differs("sex", Value::Code(9)).and(&licence);
    let found = sentences(&mut world, builder);
    for ((found, said), nothing) in found.iter().zip(SAID).zip(NOTHING) {
        let firsts: Vec<&String> =
            found.iter().filter(|sentence| [said, nothing].contains(&sentence.as_str())).collect();
        assert_eq!(firsts, [said, nothing]);
    }
}

/// Check 12-42.
#[test]
fn how_many_auditors_it_takes_is_said() {
    let mut world = World::new(245);
    for (threshold, count, english, chinese) in [
        (1, 1, "The auditor “X” alone", "审计方“X”可单独"),
        (1, 3, "Any one of the 3 auditors “X”", "审计方“X”的3名成员中任何一名均可"),
        (3, 3, "All 3 of the auditors “X” together", "审计方“X”的全部3名成员可共同"),
        (2, 3, "Any 2 of the 3 auditors “X” together", "审计方“X”的3名成员中任意2名可共同"),
    ] {
        let (threshold, count) = (Threshold::new(threshold).unwrap(), AuditorCount::new(count).unwrap());
        let dealing = AuditorGroup::deal(threshold, count, &mut world.country.rng).unwrap();
        world.auditors = vec![Auditor::new("X", &dealing.group).unwrap()];
        let builder = world.ask().escrow(world.auditors_key(), CONDITION);
        let said = [
            format!("{english} can find out who you are, and should do so only on this condition: “{CONDITION}”."),
            format!("{chinese}查明您的身份，且只应在满足以下条件时查明：“{CONDITION}”。"),
        ];
        for (sentences, said) in sentences(&mut world, builder).iter().zip(said) {
            assert!(sentences.contains(&said), "{sentences:?}");
        }
    }
}

#[test]
fn who_checks_the_answer_is_said() {
    let mut world = World::new(255);
    let by_ticket = Mode::Ticket(TicketNumber::FIRST);
    let lists_by_ticket =
        |key: RequestKey<'_>| if matches!(key, RequestKey::List(_)) { by_ticket } else { Mode::Keyed };
    let ask = world.ask_listed();
    for (builder, online, evidence) in [
        (ask.clone(), true, false),
        (ask.clone().verified_by(lists_by_ticket), true, true),
        (ask.clone().verified_by(|_| by_ticket), false, true),
        (ask.escrow(world.auditors_key(), CONDITION).verified_by(|_| by_ticket), true, true),
    ] {
        let asked = builder.clone().once(&mut world.country.rng).unwrap();
        assert_eq!(asked.message.needs_platform(), online);
        for ((found, is_online), is_evidence) in sentences(&mut world, builder).iter().zip(ONLINE).zip(EVIDENCE) {
            assert_eq!(found.iter().any(|sentence| sentence == is_online), online);
            assert_eq!(found.iter().any(|sentence| sentence == is_evidence), evidence);
        }
    }
}

/// Checks 06-29, 06-30.
#[test]
fn a_pseudonym_or_a_disclosure_ends_every_promise() {
    let mut world = World::new(251);
    let pseudonym = |builder: RequestBuilder| builder.pseudonym(Scope::new("a"));
    let ask = world.ask_listed();
    let both = vec![NAMED, SHOWN];
    for (builder, last) in [
        (pseudonym(ask.clone()), vec![NAMED]),
        (pseudonym(ask.clone().disclose("sex")), both.clone()),
        (pseudonym(ask.clone().at_least("region", 1)), vec![NAMED]),
        (ask.clone().disclose("sex"), vec![SHOWN]),
        (pseudonym(world.ask_listed()), vec![NAMED]),
        (pseudonym(world.country.listed(world.ask().and(world.transport.parameters()))), vec![NAMED]),
        (pseudonym(world.ask_listed()).and(world.transport.parameters()), vec![NAMED]),
        (pseudonym(world.ask_listed()).and(world.transport.parameters()).disclose("class"), both),
        (world.ask().and(world.transport.parameters()).disclose("class"), vec![SHOWN]),
        (world.ask().and(world.transport.parameters()).between("class", 7..=7), vec![SHOWN]),
    ] {
        for (place, sentences) in sentences(&mut world, builder).iter().enumerate() {
            let last: Vec<&str> = last.iter().map(|sentence| sentence[place]).collect();
            assert!(
                sentences.ends_with(&last.iter().map(|one| String::from(*one)).collect::<Vec<_>>()),
                "{sentences:?}"
            );
            let promises = ["cannot link", "无法", WEAKER[0], WEAKER[1]];
            assert!(sentences.iter().all(|sentence| promises.iter().all(|promise| !sentence.contains(promise))));
        }
    }
}

/// Checks 06-28, 06-29, 06-30.
#[test]
fn how_much_is_promised_depends_on_how_much_is_said() {
    let mut world = World::new(247);
    let values = world.card.values();
    let [ethnicity, birth, region, until] = [2, 3, 6, 8].map(|place| values[place].number().unwrap());
    let code = u32::try_from(region).unwrap();
    let (few, many) = (world.add_set((code..code + 32).collect()), world.add_set((code..code + 33).collect()));
    // An eighth of all sets of factors, and one more; suite 2 has a sixth factor.
    let more = if SUITE == 1 { &[][..] } else { &[38, 39, 46, 47] };
    let factors = [&[6, 7, 14, 15][..], &[6, 7, 14, 15, 30]].map(|codes| world.add_set([codes, more].concat()));
    let period = later(0)..=later(9);
    let (ask, listed) = (world.ask(), world.ask_listed());
    let text = |text: &str| Value::Text(String::from(text));
    let counted = [
        "By this answer alone it can link this to your other visits only by what it learns here, which many people may share, or if your wallet has missed one of your uses.",
        "仅凭此次答复，对方只能根据其中得知的信息（符合的人可能很多），或在您的钱包漏计使用时，将本次核验与您的其他核验关联。",
    ];
    for (builder, last) in [
        (ask.clone(), NOT_LINKED),
        (ask.clone().escrow(world.auditors_key(), CONDITION), NOT_LINKED),
        (listed.clone().limit(Scope::new("visits"), 3, period.clone()), COUNTED),
        // A second credential says that one device has both.
        (ask.clone().and(world.transport.parameters()), WEAKER),
        (ask.clone().and(world.transport.parameters()).same("name", "name"), WEAKER),
        (ask.clone().differs("name", text("王小明")), WEAKER),
        (ask.clone().at_most("birth-date", birth).valid_on("valid-until", world.today()), WEAKER),
        (listed.clone().at_most("birth-date", birth).limit(Scope::new("visits"), 3, period), counted),
        // Thirty-two numbers are few, if that is an eighth of all or less.
        (ask.clone().between("birth-date", birth..=birth + 31), LEARNT),
        (ask.clone().between("birth-date", birth..=birth + 32), WEAKER),
        (ask.clone().between("birth-date", birth..=birth + 32).differs("birth-date", day(birth + 9)), LEARNT),
        (ask.clone().one_of("region", &few), LEARNT),
        (ask.clone().one_of("region", &many), WEAKER),
        (ask.clone().one_of("region", &many).at_most("region", region + 31), LEARNT),
        (ask.clone().between("ethnicity", ethnicity..=ethnicity + 11), LEARNT),
        (ask.clone().between("ethnicity", ethnicity..=ethnicity + 12), WEAKER),
        (ask.clone().differs("sex", Value::Code(9)), WEAKER),
        (ask.clone().enrolled_with(&factors[0]), LEARNT),
        (ask.clone().enrolled_with(&factors[1]), WEAKER),
        (ask.clone().between("birth-date", birth..=birth), SHOWN),
        // Two that are close fit few together, shown ones counted.
        (ask.clone().one_of("region", &few).between("birth-date", birth..=birth + 31), FEW),
        (ask.clone().one_of("region", &few).at_most("birth-date", birth), LEARNT),
        // So do three of which an eighth is left, though none is close.
        (ask.clone().one_of("region", &many).between("birth-date", birth..=birth + 32), WEAKER),
        (
            ask.clone()
                .one_of("region", &many)
                .between("birth-date", birth..=birth + 32)
                .between("valid-until", until - 32..=until),
            FEW,
        ),
        (
            ask.clone().one_of("region", &many).between("birth-date", birth..=birth + 32).at_most("valid-until", until),
            WEAKER,
        ),
        (ask.clone().one_of("region", &few).disclose("birth-date"), FEW),
        (ask.clone().one_of("region", &few).disclose("sex"), SHOWN),
        (ask.clone().disclose("sex").disclose("birth-date"), SHOWN),
        (ask.clone().disclose("name").disclose("address"), FEW),
        (listed.clone().pseudonym(Scope::new("a")).one_of("region", &few).disclose("birth-date"), FEW),
        (
            ask.clone()
                .between("ethnicity", ethnicity..=ethnicity + 1)
                .between("birth-date", birth..=birth + 1)
                .between("region", region..=region + 1)
                .between("valid-until", until - 1..=until),
            FEW,
        ),
    ] {
        for (sentences, last) in sentences(&mut world, builder).iter().zip(last) {
            assert_eq!(sentences.last().unwrap(), last, "{sentences:?}");
            // The first line does not deny what is said below it.
            let denied = NOTHING.iter().any(|nothing| sentences[3] == *nothing);
            let of_a_list = |sentence: &&String| sentence.contains("(list ") || sentence.contains("名单 ");
            let said = sentences
                .iter()
                .filter(|sentence| !of_a_list(sentence))
                .any(|sentence| sentence.contains("It will learn that your ") || sentence.contains("对方将得知您的"));
            assert!(!(denied && said), "{sentences:?}");
        }
    }
}

/// Lists of one shard tell no groups apart. Check 06-29.
#[test]
fn of_one_group_nothing_is_said() {
    let mut rng = SeededRng::new([253; 32]);
    let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut rng);
    let lists = [ListClass::Status, ListClass::Flag].map(|class| {
        let name = ListName::new("county", class).unwrap();
        ListOwner::random(name, ShardCount::ONE, &mut rng)
    });
    let platform = testkit::platform_and_key(FRESHNESS, &issuer, &mut rng);
    let keys = (SymbolKey::random(&mut rng), HandleKey::random(&mut rng));
    let mut country = Country::assemble(rng, issuer, lists, platform, keys.0, keys.1);
    let (mut device, recovery) = (SoftwareDevice::random(&mut country.rng), RecoverySecret::random(&mut country.rng));
    let handles = [
        country.handle_key.status(&country.card, Generation::FIRST),
        country.handle_key.flag(country.flag.list_keys().name(), &country.person),
    ];
    let values = Schema::card_values(&testkit::record("adult-female"));
    let (slot, one) = (SlotId([6; 16]), ShardCount::ONE);
    let offered = country.issuer.offer(slot, Generation::FIRST, one, Some(Shard::FIRST), &mut country.rng).unwrap();
    let asked = country.apply(&offered.message, &recovery, &mut device);
    let accepted = offered.state.accept(&asked.message).unwrap();
    let grant = country.grant_of(accepted.shard(), handles, values, AssuranceFactors::CHIP_READ);
    let response = country.issuer.issue(&accepted, grant).unwrap();
    let credential = asked.state.receive(&response, &country.heads[0], &country.heads[1]).unwrap();
    let ask = country.ask(VERIFIER, "a visit");
    let weaker = ask.clone().differs("name", Value::Text("静夜思".into()));
    for (builder, expected) in [(ask, NOT_LINKED), (weaker, WEAKER)] {
        let request = builder.once(&mut country.rng).unwrap().message;
        let heads = country.heads();
        let consent = selfsame::presentation::review(&request, &[&credential], &WalletContext::at(&heads)).unwrap();
        for (language, expected) in [Language::English, Language::Chinese].into_iter().zip(expected) {
            let sentences = consent.sentences(language);
            assert_eq!(sentences.last().unwrap(), expected);
            assert!(!sentences.iter().any(|said| said.contains("groups") || said.contains("分组")));
        }
    }
}

/// Check 06-29.
#[test]
fn the_groups_of_two_credentials_are_counted_together() {
    let mut world = World::new(252);

    let ask = world.ask_listed();
    let one = sentences(&mut world, ask);
    let expected = [
        "It will see which of 4 groups you are in; beyond that it cannot, by this answer alone, link this to your other visits.",
        "对方可得知您属于4个分组中的哪一组；除此之外，对方无法仅凭此次答复将本次核验与您的其他核验关联。",
    ];
    assert_eq!(one.each_ref().map(|all| all.last().unwrap().as_str()), expected);
    let transport = world.transport.parameters().clone();
    let four = world.ask_listed().and(&transport);
    let sixteen = world.country.listed(four.clone());
    for (builder, groups) in [(four, 4), (sixteen, 16)] {
        let said = [
            format!("It will see which of {groups} groups you are in."),
            format!("对方可得知您属于{groups}个分组中的哪一组。"),
        ];
        for ((sentences, said), weaker) in sentences(&mut world, builder).iter().zip(said).zip(WEAKER) {
            assert!(sentences.ends_with(&[said, String::from(weaker)]), "{sentences:?}");
        }
    }
    // Two credentials in one shard are in one group of four.
    let sample = world.sample(Sample::default());
    let card = world.card.clone();
    let builder = world.country.listed(world.ask_listed().and(world.samples.parameters()));
    let asked = builder.once(&mut world.country.rng).unwrap();
    let consent = world.review(&[&card, &sample], &asked.message, None).unwrap();
    assert!(consent.sentences(Language::English).contains(&String::from("It will see which of 4 groups you are in.")));
}

#[test]
fn two_credentials_are_told_apart_and_what_they_share_is_said() {
    let mut world = World::new(253);
    let transport = world.transport.parameters().clone();
    let builder = world.ask().at_least("region", 1).and(&transport).at_least("points", 1);
    let [english, chinese] = sentences(&mut world, builder.clone());
    let [card, licence] = [&world.country.issuer, &world.transport].map(named);
    let expected = [
        "“Cinema Daguangming” asks for proof. Purpose: “admission”.",
        NOBODY[0],
        &format!("About your {}:", card[0]),
        SAID[0],
        "It will learn that your “region of registration” is at least 1.",
        &format!("About your {}:", licence[0]),
        SAID[0],
        "It will learn that your “points left” is at least 1.",
        "It will learn that both credentials are on the same device.",
        ONLINE[0],
        WEAKER[0],
    ];
    assert_eq!(english, expected);
    assert!(chinese.contains(&format!("关于您的{}：", licence[1])));
    assert!(chinese.contains(&String::from("对方将得知两份网证在同一设备上。")));
    // Each attribute is named with its own credential: they need not have one name.
    let [english, chinese] = sentences(&mut world, builder.same("name", "name").same("id-number", "holder"));
    for (one, other) in [("name", "name"), ("ID number", "number of the holder")] {
        let (card, licence) = (&card[0], &licence[0]);
        let linked =
            format!("It will learn that the “{one}” of your {card} and the “{other}” of your {licence} are the same.");
        assert!(english.contains(&linked), "{english:?}");
    }
    for (one, other) in [("姓名", "姓名"), ("公民身份号码", "持证人号码")] {
        let linked = format!("对方将得知您的{}中的“{one}”与{}中的“{other}”相同。", card[1], licence[1]);
        assert!(chinese.contains(&linked), "{chinese:?}");
    }
}

#[test]
fn a_window_says_until_when_others_can_answer() {
    let mut world = World::new(254);
    let card = world.card.clone();
    let standing = world.ask().at_least("region", 1).standing(later(0), later(60)).unwrap();
    let consent = world.review(&[&card], standing.message(), None).unwrap();
    let english = consent.sentences(Language::English);
    assert!(english.iter().any(|sentence| sentence.starts_with("Others can answer the same request until 2026-09-21")));
    // No number of seconds, which no person reads as a time.
    let endless = world.ask().standing(Timestamp::from_secs(u64::MAX - 60), Timestamp::from_secs(u64::MAX)).unwrap();
    let consent = world.review(&[&card], endless.message(), None).unwrap();
    for (language, said) in [
        (Language::English, "Others can answer the same request until some time after 2079-06-05."),
        (Language::Chinese, "其他人也可答复同一请求，直至 2079-06-05 之后某时。"),
    ] {
        assert!(consent.sentences(language).iter().any(|sentence| sentence == said));
    }
}

/// What nobody bounds is for a day at most, all lists or none. Checks 06-23, 06-24, 06-25.
#[test]
fn without_a_certificate_a_window_is_short_and_lists_come_together() {
    let mut world = World::new(246);
    let (card, licence) = (world.card.clone(), world.licence.clone());
    let day = LONGEST_UNCERTIFIED_WINDOW.as_secs();
    for (from, until, short) in
        [(0, 0, true), (0, day, true), (7, 7 + day, true), (0, day + 1, false), (0, u64::MAX, false)]
    {
        let standing = world.ask().standing(Timestamp::from_secs(from), Timestamp::from_secs(until)).unwrap();
        let refused = world.review(&[&card], standing.message(), None).err();
        assert_eq!(refused, (!short).then_some(PresentError::LongWindow), "{from} {until}");
    }
    let [status, flag] = &world.country.heads.clone();
    let transport = world.transport.parameters().clone();
    for (builder, answered) in [
        (world.ask(), true),
        (world.ask_listed(), true),
        (world.ask().present_on(status), false),
        (world.ask().present_on(flag), false),
        (world.ask_listed().and(&transport), true),
        (world.ask_listed().and(&transport).present_on(status), false),
        (world.country.listed(world.ask().present_on(flag).and(&transport)), false),
        (world.country.listed(world.ask_listed().and(&transport)), true),
    ] {
        let request = builder.once(&mut world.country.rng).unwrap().message;
        let credentials = &[&*card, &*licence][..request.credentials().len()];
        let refused = world.review(credentials, &request, None).err();
        assert_eq!(refused, (!answered).then_some(PresentError::SomeLists));
        // Nor does a decoy answer what the wallet must not.
        let heads = world.country.heads.clone();
        let heads = heads.each_ref();
        let decoy = decoy(credentials, &request, &WalletContext::at(&heads), &mut world.device, &mut world.country.rng);
        assert_eq!(decoy.err(), (!answered).then_some(PresentError::SomeLists));
    }
}

/// Check 06-27.
#[test]
fn what_statements_leave_together_is_a_disclosure() {
    let mut world = World::new(255);
    let values = world.card.values();
    let [sex, birth, region] = [1, 3, 6].map(|place| values[place].number().unwrap());
    let code = u32::try_from(region).unwrap();
    let other_sex = u32::try_from(3 - sex).unwrap();
    let (two, three) = (world.add_set(vec![code, code + 1]), world.add_set(vec![code, code + 1, code + 2]));
    let date = Days::from_number(u16::try_from(birth).unwrap());
    let ask = world.ask();
    let born = ["It will learn that your “date of birth” is ", "对方将得知您的“出生日期”是"];
    let lives = ["It will learn that your “region of registration” is ", "对方将得知您的“登记地区”是"];
    let is_of = ["It will learn that your “sex” is ", "对方将得知您的“性别”是"];
    for (builder, sentence, number, single) in [
        (ask.clone().differs("sex", Value::Code(other_sex)), is_of, sex.to_string(), true),
        (ask.clone().between("sex", if sex == 1 { 0..=1 } else { 2..=9 }), is_of, sex.to_string(), true),
        (ask.clone().differs("sex", Value::Code(9)), is_of, sex.to_string(), false),
        (ask.clone().between("birth-date", birth..=birth + 1), born, date.to_string(), false),
        (
            ask.clone().between("birth-date", birth..=birth + 1).differs("birth-date", day(birth + 1)),
            born,
            date.to_string(),
            true,
        ),
        (
            ask.clone().between("birth-date", birth..=birth + 2).differs("birth-date", day(birth + 1)),
            born,
            date.to_string(),
            false,
        ),
        (
            ask.clone()
                .between("birth-date", birth - 1..=birth + 1)
                .differs("birth-date", day(birth + 1))
                .differs("birth-date", day(birth - 1)),
            born,
            date.to_string(),
            true,
        ),
        (ask.clone().one_of("region", &two).differs("region", Value::Code(code + 1)), lives, code.to_string(), true),
        (ask.clone().one_of("region", &three).differs("region", Value::Code(code + 1)), lives, code.to_string(), false),
        (ask.clone().one_of("region", &three).at_most("region", region), lives, code.to_string(), true),
        (ask.clone().one_of("region", &three).at_most("region", region + 1), lives, code.to_string(), false),
    ] {
        let found = sentences(&mut world, builder);
        let (end, first) = ([".", "。"], if single { TOLD } else { SAID });
        for (place, sentences) in found.iter().enumerate() {
            let said = format!("{}{number}{}", sentence[place], end[place]);
            assert_eq!(sentences.iter().filter(|found| **found == said).count(), usize::from(single), "{sentences:?}");
            assert_eq!(sentences[3], first[place], "{sentences:?}");
            assert_eq!(sentences.last().unwrap() == SHOWN[place], single, "{sentences:?}");
        }
    }
}

/// Check 06-27.
#[test]
fn a_link_joins_what_is_said_of_both_attributes() {
    let mut world = World::new(249);
    let transport = world.transport.parameters().clone();
    // The licence's class and points are 7 and 12; another credential has them as codes.
    let sample = world.sample(Sample { number: 12, code: 7, ..Sample::default() });
    let licence = world.licence.clone();
    let of_licence = world.usually(PresentationRequest::builder(&transport, VERIFIER, "admission"));
    let ask = |low: u64, high: u64| {
        of_licence.clone().at_least("points", low).and(world.samples.parameters()).at_most("number", high)
    };
    let cases = [
        (ask(12, 12).same("points", "number"), true),
        (ask(12, 12), false),
        (ask(11, 12).same("points", "number"), false),
        (ask(11, 12).differs("number", Value::Number(11)).same("points", "number"), true),
    ];
    for (builder, single) in cases {
        let asked = builder.once(&mut world.country.rng).unwrap();
        let consent = world.review(&[&*licence, &sample], &asked.message, None).unwrap();
        let english = consent.sentences(Language::English);
        for said in ["It will learn that your “points left” is 12.", "It will learn that your “number” is 12."]
        {
            assert_eq!(english.iter().any(|sentence| sentence == said), single, "{english:?}");
        }
        assert_eq!(english.last().unwrap() == SHOWN[0], single, "{english:?}");
        assert_eq!(english.iter().filter(|sentence| **sentence == TOLD[0]).count(), if single { 2 } else { 0 });
    }
}

/// One attribute that is linked with two: each pair leaves thousands of days, the three together
/// one. All kinds narrow, whichever members they are about. Check 06-27.
#[test]
fn several_links_of_one_attribute_hide_no_disclosure() {
    let mut world = World::new(246);
    let values = world.card.values();
    let [birth, region] = [3, 6].map(|place| values[place].number().unwrap());
    let (code, date) = (u32::try_from(region).unwrap(), Days::from_number(u16::try_from(birth).unwrap()));
    let (below, above) = (world.add_set(vec![code - 1, code]), world.add_set(vec![code, code + 1]));
    let sample = world.sample(Sample { code, date, ..Sample::default() });
    let card = world.card.clone();
    let ask = world.ask().and(world.samples.parameters());
    let days = |builder: RequestBuilder| builder.same("birth-date", "date").same("birth-date", "again");
    let codes = |builder: RequestBuilder| builder.same("region", "code");
    let born = [
        ["date of birth", "day", "day again"].map(|name| format!("It will learn that your “{name}” is {date}.")),
        ["出生日期", "日期", "日期再录"].map(|name| format!("对方将得知您的“{name}”是{date}。")),
    ];
    let lives = [
        ["region of registration", "code"].map(|name| format!("It will learn that your “{name}” is {region}.")),
        ["登记地区", "代码"].map(|name| format!("对方将得知您的“{name}”是{region}。")),
    ];
    let (born, lives) = (born.each_ref().map(<[String; 3]>::as_slice), lives.each_ref().map(<[String; 2]>::as_slice));
    let two_sided = ask.clone().between("date", birth - 9000..=birth).between("again", birth..=birth + 9000);
    let region_of = world.ask().one_of("region", &above).and(world.samples.parameters());
    for (builder, said, single) in [
        (days(two_sided.clone()), born, true),
        (two_sided.clone(), born, false),
        (two_sided.clone().same("birth-date", "date"), born, false),
        (days(ask.clone().between("date", birth - 1..=birth).differs("again", day(birth - 1))), born, true),
        (days(ask.clone().between("date", birth - 2..=birth).differs("again", day(birth - 1))), born, false),
        (codes(region_of.clone().one_of("code", &below)), lives, true),
        (codes(region_of.clone().differs("code", Value::Code(code + 1))), lives, true),
        (codes(region_of.clone().differs("code", Value::Code(code - 1))), lives, false),
        (region_of.one_of("code", &below), lives, false),
    ] {
        let asked = builder.once(&mut world.country.rng).unwrap();
        let consent = world.review(&[&*card, &sample], &asked.message, None).unwrap();
        for (language, place) in [(Language::English, 0), (Language::Chinese, 1)] {
            let found = consent.sentences(language);
            for sentence in said[place] {
                assert_eq!(found.contains(sentence), single, "{found:?}");
            }
            assert_eq!(found.iter().any(|sentence| sentence == SHOWN[place]), single, "{found:?}");
            assert!(!found.iter().any(|sentence| NOT_LINKED.contains(&sentence.as_str())), "{found:?}");
            assert!(!single || !found.iter().any(|sentence| NOTHING.contains(&sentence.as_str())), "{found:?}");
        }
    }
}
