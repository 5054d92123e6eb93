//! What the verifier can connect this visit with (spec 06 §3.3). It is never promised more than the
//! request leaves.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::presentation::holder::selection::Selection;
use crate::presentation::language::Language;
use crate::presentation::request::{Left, Reading};
use crate::presentation::statement::Statement;
use crate::presentation::subject::Subject;

/// What a request says of its holder.
struct Told {
    pseudonym: bool,
    /// What a camera took of a face.
    face: bool,
    /// A value, by itself or by what statements leave.
    value: bool,
    /// How many values are known, or nearly, that can be many.
    close: usize,
    /// So much is said of several values that few people may fit all of it.
    few: bool,
    /// Anything at all about values, that two credentials are on one device, or that the device
    /// can check its user in some way.
    anything: bool,
    limit: bool,
    /// At which epoch of a list the phone is.
    epoch: bool,
}

impl Told {
    fn by(reading: &Reading<'_>) -> Self {
        let request = reading.request;
        let left: Vec<Left> = reading.classes().iter().map(|class| reading.left(class)).collect();
        let queries = request.credentials.iter().enumerate();
        let shown = queries.flat_map(|(place, query)| query.disclose.iter().map(move |index| (place, *index)));
        let shown: Vec<Left> = shown.map(|(place, index)| reading.shown(Subject::Attribute(index).of(place))).collect();
        let count = |is: fn(&Left) -> bool| left.iter().chain(&shown).filter(|left| is(left)).count();
        let close = count(Left::is_close);
        Self {
            pseudonym: request.statements().any(|(_, statement)| matches!(statement, Statement::Pseudonymous(_))),
            face: request.face().is_some(),
            value: !shown.is_empty() || left.iter().any(|left| left.only().is_some()),
            close,
            few: close > 1 || count(Left::is_narrow) > 2,
            anything: !left.is_empty() || request.credentials.len() > 1 || request.unlocked_by.is_some(),
            limit: request.limit().is_some(),
            epoch: request.credentials.iter().flat_map(|query| &query.lists).any(|list| list.max_age().is_some()),
        }
    }
}

/// First the groups; then all by which visits can be linked, or what is promised where there is
/// nothing.
pub(crate) fn sentences(language: Language, reading: &Reading<'_>, selections: &[Selection]) -> Vec<String> {
    let (told, groups) = (Told::by(reading), groups(selections));
    let links = links(language, &told);
    if links.is_empty() && !told.anything {
        return alloc::vec![promise(language, groups, &told)];
    }
    let group = (groups > 1).then(|| {
        language.choose(
            format!("It will see which of {groups} groups you are in."),
            format!("对方可得知您属于{groups}个分组中的哪一组。"),
        )
    });
    let epoch = told.epoch.then(|| {
        String::from(language.choose(
            "It will see how recent your phone’s lists are; few people may be at the same.",
            "对方可得知您手机上名单的新旧程度，与您相同的人可能不多。",
        ))
    });
    let weaker = links.is_empty().then(|| weaker(language, told.limit));
    group.into_iter().chain(epoch).chain(links.into_iter().chain(weaker).map(String::from)).collect()
}

/// By what it can link.
fn links(language: Language, told: &Told) -> Vec<&'static str> {
    let named = language.choose(
        "It can link this to other visits under the same pseudonym.",
        "对方可将本次核验与使用同一网号的其他核验关联。",
    );
    let face = language.choose(
        "It can link this to other visits by what its camera took of your face.",
        "对方可凭其摄像头所拍的面部特征将本次核验与其他核验关联。",
    );
    let shown = language.choose(
        "It can link this to other visits where you show the same.",
        "对方可将本次核验与您出示相同信息的其他核验关联。",
    );
    let learnt = language.choose(
        "It can link this to other visits where it learns the same.",
        "对方可将本次核验与得知相同信息的其他核验关联。",
    );
    let few = language.choose(
        "Few people may fit all of this, so it may recognise you again.",
        "符合以上全部情况的人可能很少，对方或可据此再次认出您。",
    );
    let mut links = Vec::new();
    links.extend(told.pseudonym.then_some(named));
    links.extend(told.face.then_some(face));
    links.extend(told.value.then_some(shown));
    links.extend((!told.value && told.close == 1).then_some(learnt));
    links.extend(told.few.then_some(few));
    links
}

/// Where nothing is said of any value.
fn promise(language: Language, groups: u32, told: &Told) -> String {
    let english = if told.limit { " as long as your wallet has counted every use" } else { "" };
    let chinese = if told.limit { "只要您的钱包已计入您的每次使用，" } else { "" };
    let seen = match (groups > 1, told.epoch) {
        (true, true) => Some(language.choose(
            format!("which of {groups} groups you are in, and how recent your phone’s lists are"),
            format!("您属于{groups}个分组中的哪一组，以及您手机上名单的新旧程度"),
        )),
        (true, false) => Some(
            language.choose(format!("which of {groups} groups you are in"), format!("您属于{groups}个分组中的哪一组")),
        ),
        (false, true) => {
            Some(String::from(language.choose("how recent your phone’s lists are", "您手机上名单的新旧程度")))
        }
        (false, false) => None,
    };
    match seen {
        Some(seen) => language.choose(
            format!(
                "It will see {seen}; beyond that it cannot, by this answer alone, link this to your other \
                 visits{english}."
            ),
            format!("对方可得知{seen}；除此之外，{chinese}对方无法仅凭此次答复将本次核验与您的其他核验关联。"),
        ),
        None => language.choose(
            format!("By this answer alone it cannot link this to your other visits{english}."),
            format!("{chinese}对方无法仅凭此次答复将本次核验与您的其他核验关联。"),
        ),
    }
}

/// Where what is said leaves much.
const fn weaker(language: Language, limit: bool) -> &'static str {
    match (language, limit) {
        (Language::English, false) => {
            "By this answer alone it can link this to your other visits only by what it learns here, which many \
             people may share."
        }
        (Language::English, true) => {
            "By this answer alone it can link this to your other visits only by what it learns here, which many \
             people may share, or if your wallet has missed one of your uses."
        }
        (Language::Chinese, false) => {
            "仅凭此次答复，对方只能根据其中得知的信息将本次核验与您的其他核验关联，而符合这些信息的人可能很多。"
        }
        (Language::Chinese, true) => {
            "仅凭此次答复，对方只能根据其中得知的信息（符合的人可能很多），或在您的钱包漏计使用时，将本次核验与您的其他核验关联。"
        }
    }
}

/// How many groups of holders the shards that are stated tell apart: where two credentials are in
/// two of them, each pair is a group.
fn groups(selections: &[Selection]) -> u32 {
    let stated: Vec<&Selection> = selections.iter().filter(|selection| !selection.heads.is_empty()).collect();
    let counts = stated.iter().map(|selection| u32::from(selection.groups));
    let one_shard = stated.windows(2).all(|pair| matches!(pair, [one, other] if one.shard == other.shard));
    if one_shard { counts.max().unwrap_or(0) } else { counts.product() }
}
