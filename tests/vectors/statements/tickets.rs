//! Presentations verified by tickets for some keys or all, and wrong ones (spec 06 §4.7, 14 §1.3).

use selfsame::presentation::{order_tickets, present};

use crate::statements::answers::refused;
use crate::statements::call::{Call, draw, increment, piece};
use crate::statements::file::Expected;
use crate::statements::world::{Holder, World};
use testkit::cbor::bytes;
use testkit::prelude::*;
use testkit::rogue_ticket::{of_next_epoch, shifted};

/// Of who orders tickets without blinds, and of the owner that makes one for the next epoch.
pub const SHIFTED: u8 = 14;
pub const NEXT: u8 = 15;
const CARD: [Holder; 1] = [Holder::Card];
const BOTH: [Holder; 2] = [Holder::Card, Holder::Licence];

pub fn all(world: &mut World) -> Vec<Expected> {
    let helper = helper(world);
    let of = [good(world, &helper), forged(world, &helper), changed(world, &helper), counted(world, &helper)];
    of.into_iter().flatten().collect()
}

/// A helper with every key there is.
fn helper(world: &World) -> Helper {
    let mut helper = world.country.helper();
    helper.add_issuer(world.transport.parameters(), world.transport.share_key()).unwrap();
    for set in &world.sets {
        helper.add_set(CodeSetKey::from_bytes(&set.key).unwrap()).unwrap();
    }
    helper
}

fn by(number: u8) -> Mode {
    Mode::Ticket(TicketNumber::new(number).unwrap())
}

/// A card on both lists whose region is one of a set.
fn hotel(world: &World) -> RequestBuilder {
    let [status, flag] = &world.country.heads;
    world.ask().present_on(status).present_on(flag).one_of("region", &world.sets[1].verified)
}

/// The issuer's key by the first ticket, the lists' by the second, the set's by its owner.
fn mixed(world: &World) -> RequestBuilder {
    hotel(world).verified_by(|key| match key {
        RequestKey::Issuer(_) => by(0),
        RequestKey::List(_) => by(1),
        _ => Mode::Keyed,
    })
}

/// What a holder orders and shows: presentations for as many requests, all with the same tickets.
fn shown(world: &mut World, helper: &Helper, holders: &[Holder], builders: Vec<RequestBuilder>) -> Vec<Call> {
    shown_with(world, helper, holders, builders, |tickets| tickets)
}

/// The same with what a holder makes of its tickets.
fn shown_with(
    world: &mut World,
    helper: &Helper,
    holders: &[Holder],
    builders: Vec<RequestBuilder>,
    change: impl Fn(Vec<StoredTicket>) -> Vec<StoredTicket>,
) -> Vec<Call> {
    let sets: Vec<VerifiedCodeSet> = world.sets.iter().map(|set| set.verified.clone()).collect();
    let sets: Vec<&VerifiedCodeSet> = sets.iter().collect();
    let heads = world.country.heads.clone();
    let heads = [&heads[0], &heads[1]];
    let known = WalletContext::at(&heads).with_sets(&sets);
    let seed = draw(&mut world.country.rng);
    let mut helped = Vec::new();
    let mut made = Vec::new();
    for builder in builders {
        let request = builder.once(&mut world.country.rng).unwrap().message;
        // The same draws and answers are the same tickets: an honest holder has none twice.
        let mut rng = SeededRng::new(seed);
        let tickets = change(ordered(world, helper, &request, holders, &known, &mut helped, &mut rng));
        let mut rng = SeededRng::new(draw(&mut world.country.rng));
        let mut device = std::mem::replace(&mut world.phone.device, SoftwareDevice::random(&mut rng));
        let credentials: Vec<_> = holders.iter().map(|holder| world.credential(*holder)).collect();
        let consent = selfsame::hazmat::review_any_lists(&request, &credentials, &known).unwrap();
        let presentation = present(&credentials, consent, tickets, &mut device, &mut rng).unwrap();
        world.phone.device = device;
        let [request, presentation] = [request.to_bytes(), presentation.to_bytes()].map(|bytes| Tree::parse(&bytes));
        made.push(Call { request, presentation, nonce: Vec::new() });
    }
    made
}

fn ordered(
    world: &World,
    helper: &Helper,
    request: &PresentationRequest,
    holders: &[Holder],
    known: &WalletContext<'_>,
    helped: &mut Vec<(TicketCommitments, TicketAnswers)>,
    rng: &mut SeededRng,
) -> Vec<StoredTicket> {
    let credentials: Vec<_> = holders.iter().map(|holder| world.credential(*holder)).collect();
    let mut tickets = Vec::new();
    for number in (0..).map_while(|number| TicketNumber::new(number).ok()) {
        let Ok(ordered) = order_tickets(request, number, &credentials, known, TicketCount::ONE, rng) else { break };
        let committed = helper.commit(&ordered.message, &mut SeededRng::new(draw(rng))).unwrap();
        let place = usize::from(number.number());
        let commitments = helped.get(place).map_or(&committed.message, |(commitments, _)| commitments);
        let challenged = ordered.state.challenge(commitments, rng).unwrap();
        if helped.len() == place {
            let answers = helper.answer(committed.state, &challenged.message).unwrap();
            helped.push((committed.message, answers));
        }
        let answers = &helped[place].1;
        tickets.extend(challenged.state.finish(answers).unwrap());
    }
    tickets
}

fn one(world: &mut World, helper: &Helper, holders: &[Holder], builder: RequestBuilder) -> Call {
    shown(world, helper, holders, vec![builder]).remove(0)
}

fn good(world: &mut World, helper: &Helper) -> Vec<Expected> {
    let mut made = Vec::new();
    let mut take =
        |comment: &str, call: &Call| made.push(Expected::valid("VerificationCall", comment, call.to_bytes()));
    let builder = world.ask().verified_by(|_| by(0));
    take("a ticket for an issuer's key", &one(world, helper, &CARD, builder));
    let builder = hotel(world).verified_by(|_| by(0));
    let whole = one(world, helper, &CARD, builder);
    take("one ticket for the keys of issuer, lists and set", &whole);
    let builder = mixed(world);
    take("two tickets, and a key that is verified by its owner", &one(world, helper, &CARD, builder));
    let builder = hotel(world).verified_by(|key| match key {
        RequestKey::Issuer(_) => by(3),
        RequestKey::List(name) => by(name.class() as u8 - 1),
        _ => by(2),
    });
    take("four tickets, the first credential's issuer under the last", &one(world, helper, &CARD, builder));
    let [status, _] = world.country.heads.clone();
    let builder = hotel(world).and(world.transport.parameters()).present_on(&status).verified_by(|_| by(0));
    take("one ticket for six keys of two credentials", &one(world, helper, &BOTH, builder));
    let again = Expected::valid("VerificationCall", "the same presentation again is the same use", whole.to_bytes());
    made.push(again.after(&[whole.to_bytes()]));
    made
}

/// Exchanges two points.
fn exchange(shown: &mut Item, left: usize, right: usize) {
    let points = shown.at(3).points();
    piece(shown, 3, left).copy_from_slice(&points[right]);
    piece(shown, 3, right).copy_from_slice(&points[left]);
}

/// The points of a ticket are run 0, its scalars run 1.
fn part_of(shown: &mut Item, ticket: usize, run: usize, place: usize) -> &mut [u8] {
    let length = if run == 0 { POINT_LEN } else { SCALAR_LEN };
    &mut shown.at_mut(7).at_mut(ticket).at_mut(run).bytes_mut()[length * place..][..length]
}

/// Proofs that are made over tickets with an equation that does not hold.
fn forged(world: &mut World, helper: &Helper) -> Vec<Expected> {
    let [whole, two] = [hotel(world).verified_by(|_| by(0)), mixed(world)];
    let mut made = Vec::new();
    let mut add = |comment: &str, builder: RequestBuilder, by: &[[i64; 2]]| {
        let change = |tickets: Vec<StoredTicket>| {
            let each = tickets.iter().zip(by);
            each.map(|(ticket, by)| shifted(helper, ticket, *by, &mut SeededRng::new([SHIFTED; 32]))).collect()
        };
        let call = shown_with(world, helper, &CARD, vec![builder], change).remove(0);
        if by.iter().all(|by| *by == [0, 0]) {
            made.push(Expected::valid("VerificationCall", comment, call.to_bytes()));
        } else {
            made.push(refused("ForgedTicket", "06-54", comment, call.to_bytes()));
        }
    };
    add("a ticket that was ordered without blinds", whole.clone(), &[[0, 0]]);
    add("R0 of a ticket is another point, in its hash and in the proof", whole.clone(), &[[7, 0]]);
    add("R2 of a ticket is another point, in its hash and in the proof", whole.clone(), &[[0, 7]]);
    add("R0 and R2 of a ticket are off by points that cancel", whole, &[[7, -7]]);
    add("R2 of two tickets are off by points that cancel", two, &[[0, 7], [0, -7]]);
    let builder = hotel(world).verified_by(|_| by(0));
    let next = |tickets: Vec<StoredTicket>| {
        tickets.iter().map(|ticket| of_next_epoch(helper, ticket, &mut SeededRng::new([NEXT; 32]))).collect()
    };
    let call = shown_with(world, helper, &CARD, vec![builder], next).remove(0);
    made.push(refused("OtherTicket", "06-54", "a ticket for the next epoch of the lists", call.to_bytes()));
    made
}

fn changed(world: &mut World, helper: &Helper) -> Vec<Expected> {
    let builder = hotel(world).verified_by(|_| by(0));
    let honest = one(world, helper, &CARD, builder);
    let builder = hotel(world).verified_by(|_| by(0));
    let other = one(world, helper, &CARD, builder);
    let mut made = Vec::new();
    let names = ["c1", "s0", "s1 of the issuer", "s1 of the status list", "s1 of the flag list", "s1 of the set"];
    for (place, name) in names.into_iter().enumerate() {
        let comment = format!("{name} of a ticket is one more");
        made.push(refused(
            "ForgedTicket",
            "06-54",
            comment,
            honest.with(|_, shown| increment(part_of(shown, 0, 1, place))),
        ));
    }
    for (place, name) in ["R0", "R2"].into_iter().enumerate() {
        let foreign = other.presentation.body.at(7).at(0).at(0).points()[place];
        let comment = format!("{name} of a ticket is another ticket's");
        made.push(refused("ForgedTicket", "06-54", comment, {
            honest.with(|_, shown| part_of(shown, 0, 0, place).copy_from_slice(&foreign))
        }));
    }
    // Ā, B̄, D', then each W̄ with its image.
    for (comment, left, right) in [
        ("the images of two lists are exchanged", 4, 6),
        ("the images of a list and of a set are exchanged", 6, 8),
        ("a point and its image are exchanged", 0, 1),
        ("the points of two lists are exchanged", 3, 5),
    ] {
        made.push(refused("SwappedImage", "06-54", comment, honest.with(|_, shown| exchange(shown, left, right))));
    }
    made.push(refused("SwappedImage", "06-54", "two lists are exchanged with their images", {
        honest.with(|_, shown| {
            exchange(shown, 3, 5);
            exchange(shown, 4, 6);
        })
    }));
    made.push(refused("OtherTicket", "06-54", "a ticket for other points", {
        honest.with(|_, shown| *shown.at_mut(7) = other.presentation.body.at(7).clone())
    }));
    let builder = world.ask_licence().verified_by(|_| by(0));
    let licence = one(world, helper, &[Holder::Licence], builder);
    let builder = world.ask().verified_by(|_| by(0));
    let card = one(world, helper, &CARD, builder);
    made.push(refused("OtherTicket", "06-54", "ticket and points for another issuer's key", {
        card.with(|_, shown| {
            *shown.at_mut(7) = licence.presentation.body.at(7).clone();
            for place in 0..2 {
                let point = licence.presentation.body.at(3).points()[place];
                piece(shown, 3, place).copy_from_slice(&point);
            }
        })
    }));
    made.push(refused("SwappedPoints", "06-55", "points, images and ticket of another presentation", {
        honest.with(|_, shown| {
            *shown.at_mut(7) = other.presentation.body.at(7).clone();
            for place in [0, 1, 3, 4, 5, 6, 7, 8] {
                let point = other.presentation.body.at(3).points()[place];
                piece(shown, 3, place).copy_from_slice(&point);
            }
        })
    }));
    made.push(refused("IdentityPoint", "01-9", "an image that is the identity", {
        honest.with(|_, shown| piece(shown, 3, 4).fill(0))
    }));
    made.push(refused("WrongResponse", "06-55", "the response for e is one more", {
        honest.with(|_, shown| increment(piece(shown, 5, 0)))
    }));
    made
}

fn counted(world: &mut World, helper: &Helper) -> Vec<Expected> {
    let builder = mixed(world);
    let honest = one(world, helper, &CARD, builder);
    let tickets = |change: &dyn Fn(&mut Vec<Item>)| honest.with(|_, shown| change(shown.at_mut(7).items_mut()));
    let resized = |length: usize| tickets(&|tickets| *tickets[0].at_mut(1) = bytes([0].repeat(SCALAR_LEN * length)));
    let mut made = vec![
        refused("MissingTicket", "06-54", "one ticket of two", tickets(&|tickets| drop(tickets.pop()))),
        refused("MissingTicket", "06-54", "no ticket", tickets(&Vec::clear)),
        refused("SwappedTickets", "06-54", "two tickets in the wrong order", tickets(&|tickets| tickets.reverse())),
        refused("WrongNumber", "06-54", "a ticket more than the request has", {
            tickets(&|tickets| tickets.push(tickets[0].clone()))
        }),
        refused("WrongNumber", "01-11", "five tickets", tickets(&|tickets| tickets.resize(5, tickets[0].clone()))),
        refused("WrongNumber", "06-54", "a ticket for one key more", resized(4)),
        refused("WrongNumber", "01-5", "a ticket for no key", resized(2)),
        refused("WrongNumber", "01-11", "a ticket for nine keys", resized(11)),
        refused("WrongNumber", "01-5", "one point of a ticket", {
            tickets(&|tickets| tickets[0].at_mut(0).bytes_mut().truncate(POINT_LEN))
        }),
        refused("IdentityPoint", "01-9", "R0 of a ticket is the identity", {
            honest.with(|_, shown| part_of(shown, 1, 0, 0).fill(0))
        }),
        refused("NonCanonicalScalar", "01-10", "a scalar of a ticket that is none", {
            honest.with(|_, shown| part_of(shown, 1, 1, 2).fill(0xff))
        }),
        refused("OtherMode", "06-52", "the request says keyed where the one that was asked said ticket", {
            honest.with(|request, _| {
                let lists = request.at_mut(3).at_mut(0).at_mut(5);
                *lists.at_mut(1).at_mut(3) = Item::Uint(1);
            })
        }),
        refused("OtherMode", "06-2", "the first ticket is for no key", {
            honest.with(|request, _| *request.at_mut(3).at_mut(0).at_mut(3) = Item::Uint(1))
        }),
    ];
    made.push(refused("OtherMode", "06-54", "the request has the issuer's key under another ticket", {
        honest.with(|request, _| {
            *request.at_mut(3).at_mut(0).at_mut(3) = Item::Uint(3);
            let lists = request.at_mut(3).at_mut(0).at_mut(5);
            *lists.at_mut(0).at_mut(3) = Item::Uint(2);
        })
    }));
    let two = vec![mixed(world), mixed(world)];
    let [first, second] = <[Call; 2]>::try_from(shown(world, helper, &CARD, two)).ok().unwrap();
    made.push(
        refused("ReusedTicket", "06-57", "another presentation with the same tickets", second.to_bytes())
            .after(&[first.to_bytes()]),
    );
    made
}
