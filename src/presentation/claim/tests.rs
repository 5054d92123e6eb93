//! What a relation is refused for before any proof.

use alloc::vec::Vec;

use rand_core::OsRng;

use super::*;
use crate::credential::{Issuer, IssuerParameters, KeyVersion};
use crate::group::{Element, Point, random_scalar};
use crate::list::Shard;
use crate::presentation::request::PresentationRequest;
use crate::schema::Schema;

fn issuers() -> [IssuerParameters; 2] {
    [(); 2].map(|()| Issuer::random(Schema::resident_card(), KeyVersion(1), &mut OsRng).parameters().clone())
}

fn of_both(issuers: &[IssuerParameters; 2]) -> PresentationRequest {
    let asked = PresentationRequest::builder(&issuers[0], "verifier", "purpose").and(&issuers[1]);
    asked.once(&mut OsRng).unwrap().message
}

/// The instance of a request of two credentials, of these issuers.
fn instance<'a>(request: &'a PresentationRequest, of: [&'a IssuerParameters; 2]) -> (Instance<'a>, Places) {
    let credentials = of.into_iter().zip(&request.credentials).map(|(parameters, query)| {
        let (heads, sets) = (Vec::new(), Vec::new());
        CredentialInstance { parameters, query, shard: Shard::FIRST, heads, sets, disclosed: &[] }
    });
    let indices = [(); 2].map(|()| Indices { issuer_key: 0, lists: Vec::new(), sets: Vec::new() });
    let places = Places { credentials: indices.into(), digits: 0 };
    (Instance::new(request, credentials.collect(), None).unwrap(), places)
}

fn points() -> Vec<Element> {
    (0..4).map(|_| Element::new(Point::mul_base(&random_scalar(&mut OsRng)))).collect()
}

/// A relation of two credentials under one domain would be one of a credential and itself. Check
/// 06-63.
#[test]
fn two_credentials_have_different_domains() {
    let issuers = issuers();
    let mut request = of_both(&issuers);
    let built = |request: &PresentationRequest, of: [usize; 2]| {
        let (instance, places) = instance(request, of.map(|place| &issuers[place]));
        instance.relation(&mut instance.transcript(), &points(), &places).is_ok()
    };
    assert!(built(&request, [0, 1]));
    // No request that was decoded asks for this (06-7).
    request.credentials[1] = request.credentials[0].clone();
    assert!(!built(&request, [0, 0]));
}

/// Rule 6 of spec 17 §2: a hidden scalar on `g` in the first opening would have any signature serve
/// any digest, and `R` in another equation would take its values along.
#[cfg(suite = "p256")]
#[test]
fn the_generator_and_r_stand_where_the_element_is_alone() {
    use crate::device::{Open, SoftwareDevice};
    use crate::group::Base;
    use crate::sigma::Assignment;

    let issuers = issuers();
    let request = of_both(&issuers);
    let (instance, places) = instance(&request, [&issuers[0], &issuers[1]]);
    let mut transcript = instance.transcript();
    let mut relation = instance.relation(&mut transcript, &points(), &places).unwrap().relation;
    let mut witness = Assignment::new(&relation);
    let nonces = alloc::vec![random_scalar(&mut OsRng); relation.nonces()];
    assert!(relation.commit(zeroize::Zeroizing::new(nonces)).is_err(), "R is missing");
    let mut device = SoftwareDevice::random(&mut OsRng);
    let open = Open::new(&mut device, &mut OsRng).unwrap();
    let before: Vec<Element> = relation.points_of(OPENING).unwrap()[1].iter().copied().map(Element::new).collect();
    open.enter(&instance.asked(), &mut transcript, &mut relation, &mut witness, OPENING, &mut OsRng).unwrap();
    let encoded = |equation| relation.points_of(equation).unwrap().map(|of| of.into_iter().map(Element::new).collect());
    let [_, terms]: [Vec<Element>; 2] = encoded(OPENING);
    let new: Vec<&Element> = terms.iter().filter(|point| !before.contains(point)).collect();
    let [r] = new[..] else { panic!("one point is new") };
    let g = Element::new(Base::Device.point());
    for equation in 0..4 {
        let [image, terms]: [Vec<Element>; 2] = encoded(equation);
        let is_opening = usize::from(equation == OPENING);
        assert_eq!(image.iter().filter(|point| **point == g).count(), is_opening);
        assert_eq!(terms.iter().filter(|point| *point == r).count(), is_opening);
        assert!(!terms.contains(&g) && !image.contains(r));
    }
}
