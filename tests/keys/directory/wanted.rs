//! What is fetched is what was asked for (spec 07 §11.3).

use std::convert::Infallible;
use std::task::{Context, Poll, Waker};

use selfsame::published::{AsyncSource, FetchError, PublishedError, Wanted};
use testkit::directory::World;
use testkit::prelude::*;

#[test]
fn cosigned_heads_are_of_the_list_and_the_epoch_that_were_asked_for() {
    let mut world = World::new(60);
    let name = world.country.status.list_keys().name().clone();
    let before = (world.country.heads[0].epoch(), world.country.sets[0].to_bytes());
    world.country.close_epoch();
    let (epoch, now) = (world.country.heads[0].epoch(), world.country.now);
    let [status, flag] = world.country.sets.each_ref().map(Message::to_bytes);
    let take = |epoch, bytes: &[u8]| {
        Wanted::cosigned(&world.first, &name, epoch, now).take(bytes).map(|(_, heads)| heads.epoch())
    };
    assert_eq!(take(before.0, &before.1), Ok(before.0));
    assert_eq!(take(epoch, &status), Ok(epoch));
    for (epoch, bytes) in [(before.0, &status), (epoch, &before.1), (epoch, &flag)] {
        assert_eq!(take(epoch, bytes), Err(PublishedError::Another));
    }
}

#[test]
fn tables_are_those_that_their_digests_name() {
    let rng = &mut SeededRng::new([61; 32]);
    let codes = [[3, 5], [3, 6]].map(|codes| CodeSetKey::random(codes.to_vec(), rng).unwrap().publish());
    let digits = [(); 2].map(|()| DigitSetKey::random(DigitBase::Of256, rng).publish());
    let [set, _] = codes.each_ref().map(|set| set.verify().unwrap());
    assert_eq!(Wanted::codes(set.digest()).take(&codes[0].to_bytes()).map(|read| read.digest()), Ok(set.digest()));
    let other = Wanted::codes(set.digest()).take(&codes[1].to_bytes());
    assert_eq!(other.map(drop), Err(PublishedError::Another));
    let [set, _] = digits.each_ref().map(|set| set.verify().unwrap());
    assert_eq!(Wanted::digits(set.digest()).take(&digits[0].to_bytes()).map(|read| read.digest()), Ok(set.digest()));
    let other = Wanted::digits(set.digest()).take(&digits[1].to_bytes());
    assert_eq!(other.map(drop), Err(PublishedError::Another));
}

/// A server that does not wait.
struct Ready(Option<Vec<u8>>);

impl AsyncSource for Ready {
    type Error = Infallible;

    async fn fetch(&mut self, _: &str, _: u64) -> Result<Option<Vec<u8>>, Infallible> {
        Ok(self.0.clone())
    }
}

#[test]
fn a_source_that_waits_gives_the_same() {
    let rng = &mut SeededRng::new([62; 32]);
    let sets = [[3, 5], [3, 6]].map(|codes| CodeSetKey::random(codes.to_vec(), rng).unwrap().publish());
    let [own, other] = sets.each_ref().map(Message::to_bytes);
    let digest = sets[0].verify().unwrap().digest();
    let fetched = |file: Option<Vec<u8>>| {
        let mut source = Ready(file);
        let future = std::pin::pin!(Wanted::codes(digest).fetch_async(&mut source));
        match future.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(fetched) => fetched.map(|set| set.map(|set| set.digest())),
            Poll::Pending => panic!("it waits"),
        }
    };
    assert_eq!(fetched(Some(own)), Ok(Some(digest)));
    assert_eq!(fetched(None), Ok(None));
    assert_eq!(fetched(Some(other)), Err(FetchError::Refused(PublishedError::Another)));
}
