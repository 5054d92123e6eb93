//! What a relation is refused for before any proof.

use alloc::vec::Vec;

use rand_core::OsRng;

use super::*;
use crate::credential::{Issuer, KeyVersion};
use crate::group::{Element, Point, random_scalar};
use crate::list::Shard;
use crate::presentation::request::PresentationRequest;
use crate::schema::Schema;

/// A relation of two credentials under one domain would be one of a credential and itself. Check
/// 06-63.
#[test]
fn two_credentials_have_different_domains() {
    let issuer = || Issuer::random(Schema::resident_card(), KeyVersion(1), &mut OsRng).parameters().clone();
    let issuers = [issuer(), issuer()];
    let asked = PresentationRequest::builder(&issuers[0], "verifier", "purpose").and(&issuers[1]).once(&mut OsRng);
    let mut request = asked.unwrap().message;
    let points: Vec<Element> = (0..4).map(|_| Element::new(Point::mul_base(&random_scalar(&mut OsRng)))).collect();
    let built = |request: &PresentationRequest, of: [usize; 2]| {
        let credentials = of.iter().zip(&request.credentials).map(|(place, query)| {
            let (parameters, heads, sets) = (&issuers[*place], Vec::new(), Vec::new());
            CredentialInstance { parameters, query, shard: Shard::FIRST, heads, sets, disclosed: &[] }
        });
        let instance = Instance::new(request, credentials.collect(), None).unwrap();
        let indices = [(); 2].map(|()| Indices { issuer_key: 0, lists: Vec::new(), sets: Vec::new() });
        let places = Places { credentials: indices.into(), digits: 0 };
        instance.relation(&mut instance.transcript(), &points, &places).is_ok()
    };
    assert!(built(&request, [0, 1]));
    // No request that was decoded asks for this (06-7).
    request.credentials[1] = request.credentials[0].clone();
    assert!(!built(&request, [0, 0]));
}
