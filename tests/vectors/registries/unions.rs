//! Links, corrections and mergers (spec 10 §2.4).

use testkit::vectors::Group;

use super::play::{World, card, joining, look_up, person, with};

pub fn groups(world: &mut World) -> Vec<Group> {
    vec![before(&mut world.created()), corrected(&mut world.created()), merged(&mut world.created())]
}

/// Reports under the symbol of a slot that ended at its first generation: of this one, and of the
/// next (10-26).
pub fn ended(world: &mut World) -> Vec<Group> {
    let mut world = world.created();
    world.issue(1, 1, 1, 1);
    world.issue(1, 2, 2, 2);
    let merger = world.unite("merger", 1, 2);
    world.slots.play(merger);
    let first = world.report("phone lost", 2, 1);
    let comment = "Two persons' slots were merged at their first generations.";
    let at_first = world.slots.group("ended-first", comment).refuses(
        "first",
        "Report",
        "10-26",
        "by the symbol of the slot that ended, the generation that both had",
        first,
    );
    let at_first = at_first.done();
    world.issue(3, 2, 2, 1);
    let second = world.report("phone lost", 2, 2);
    let comment = "And the one that stayed has its second.";
    let then = world.slots.group("ended-second", comment);
    vec![at_first, then.makes("second", "by the same symbol, the generation after it", vec![second]).done()]
}

/// Two persons with credentials, one who was offered one, and one of whom nothing is known.
fn before(world: &mut World) -> Group {
    world.issue(1, 1, 1, 1);
    world.issue(1, 2, 2, 2);
    let offer = world.offer(1, 3, 3);
    world.slots.play(offer);
    let link = world.unite("link", 1, 11);
    let vacant = world.unite("link", 1, 3);
    let correction = world.unite("correction", 1, 12);
    let merger = world.unite("merger", 1, 2);
    let other_way = world.unite("merger", 2, 1);
    let lost = world.report("card lost", 2, 0);
    let with_credential = world.unite("link", 1, 2);
    let unknown = world.unite("link", 21, 22);
    let nobody = world.unite("merger", 1, 23);
    let no_credential = world.unite("merger", 1, 3);
    let first_vacant = world.unite("merger", 3, 1);
    let itself = world.unite("merger", 1, 1);
    let same = world.unite("correction", 1, 1);
    let wrong = with(&link, "joined", world.joined(2, 11));
    let reversed = with(&link, "joined", world.joined(11, 1));
    world
        .slots
        .group("two", "Two persons have credentials, a third one was offered one.")
        .makes("question", "may another document be linked?", vec![joining("link", 1, 11)])
        .makes("question-merger", "may the two be merged?", vec![joining("merger", 1, 2)])
        .makes("link", "a document that no slot has", vec![link.clone(), look_up("person", &person(11))])
        .makes("link-twice", "the same request again", vec![link.clone(), link.clone()])
        .makes("link-vacant", "a slot without a credential gives way", vec![vacant, look_up("person", &person(3))])
        .makes("correction", "a number that was corrected", vec![correction.clone(), look_up("person", &person(12))])
        .makes("merger", "the first person's credential stays", vec![merger.clone(), look_up("card", &card(2))])
        .makes("merger-other-way", "the second person's credential stays", vec![other_way])
        .makes("merger-lost", "the card of the one that ends is lost", vec![lost, merger, look_up("card", &card(2))])
        .refuses("link-credential", "Union", "10-28", "a document with a credential", with_credential)
        .refuses("unknown", "Union", "10-28", "nobody has the first symbol", unknown)
        .refuses("merger-nobody", "Union", "10-30", "nobody has the other symbol", nobody)
        .refuses("merger-vacant", "Union", "10-30", "one of the two has no credential", no_credential)
        .refuses("merger-of-vacant", "Union", "10-30", "the first of the two has no credential", first_vacant)
        .refuses("merger-itself", "Union", "10-28", "a person with itself", itself)
        .refuses("correction-itself", "Union", "10-28", "a number to itself", same)
        .refuses("other-joining", "Union", "10-29", "the word for other handles", wrong)
        .refuses("joining-reversed", "Union", "10-29", "the word for the handles the other way round", reversed)
        .refuses(
            "question-refused",
            "Union",
            "10-28",
            "may a document with a credential be linked?",
            joining("link", 1, 2),
        )
        .done()
}

fn corrected(world: &mut World) -> Group {
    world.issue(1, 1, 1, 1);
    world.issue(1, 4, 4, 4);
    let correction = world.unite("correction", 1, 12);
    world.slots.play(correction);
    let back = world.unite("correction", 12, 1);
    let under_new = world.report("phone lost", 12, 1);
    let under_old = world.report("phone lost", 1, 1);
    let offer = world.offer(2, 1, 1);
    let new_offer = world.offer(2, 12, 1);
    let link = world.unite("link", 1, 13);
    let to_old = world.unite("link", 4, 1);
    // Of somebody without a credential, to whom a link would be right.
    let vacant = [world.offer(1, 5, 5), world.unite("correction", 5, 15), world.unite("link", 4, 5)];
    world
        .slots
        .group("corrected", "A person's number was corrected.")
        .makes("under-the-new", "the phone that the old number named", vec![under_new])
        .makes("offer", "an offer under the new number", vec![new_offer])
        .makes("back", "it is corrected back", vec![back, look_up("person", &person(1))])
        .refuses("phone-lost", "Report", "10-4", "a report under the old number", under_old)
        .refuses("old-offer", "Offer", "10-4", "an offer under the old number", offer)
        .refuses("link", "Union", "10-4", "a link of the old number", link)
        .refuses("link-to-old", "Union", "10-4", "another person is linked with the old number", to_old)
        .refuses_last("link-to-vacant", "Union", "10-4", "the old number of a slot without a credential", {
            vacant.to_vec()
        })
        .refuses("look-up", "Report", "10-58", "a help desk asks by the old number", look_up("person", &person(1)))
        .done()
}

fn merged(world: &mut World) -> Group {
    world.issue(1, 1, 1, 1);
    world.issue(1, 2, 2, 2);
    world.issue(2, 2, 2, 2);
    let merger = world.unite("merger", 1, 2);
    world.slots.play(merger);
    // The first person's has the generation 1, the slot that ended had 1 and 2.
    let late = world.report("phone lost", 2, 1);
    let own = world.report("phone lost", 1, 1);
    let ended = world.report("phone lost", 2, 2);
    let other_card = world.report("card lost", 2, 0);
    let own_card = world.report("card lost", 1, 0);
    let reissue = world.offer(3, 2, 2);
    let link = world.unite("link", 2, 14);
    let again = world.unite("link", 1, 2);
    let correction = world.unite("correction", 2, 15);
    let late_corrected = world.report("phone lost", 15, 1);
    world
        .slots
        .group("merged", "Two persons' slots were merged, the second had two credentials.")
        .makes("own-phone", "the phone of the credential that stayed", vec![own])
        .makes("own-card", "its card", vec![own_card])
        .makes(
            "other-card",
            "a card on which the credential is not is replaced",
            vec![other_card, look_up("card", &card(2))],
        )
        .makes("reissue", "the third generation, on the other card", vec![reissue])
        .makes("link", "a document, by the symbol of the slot that ended", vec![link])
        .makes(
            "correction",
            "a number whose slot ended is corrected",
            vec![correction.clone(), look_up("person", &person(15))],
        )
        .refuses_last(
            "late-corrected",
            "Report",
            "10-26",
            "the same late report by the corrected number",
            vec![correction, late_corrected],
        )
        .refuses(
            "late",
            "Report",
            "10-26",
            "a phone by the symbol of the slot that ended, which had this generation",
            late,
        )
        .refuses("ended", "Report", "10-26", "the phone of the credential that ended", ended)
        .refuses("again", "Union", "10-28", "both lead to one slot", again)
        .done()
}
