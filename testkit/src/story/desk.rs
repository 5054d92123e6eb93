//! A hotel with a certificate, a screen and a camera.

use rand_core::OsRng;
use selfsame::directory::KeyValidity;
use selfsame::qr;

use super::{Country, DAY, FLAG, Result, STATUS};
use crate::prelude::*;

pub const HOTEL: &str = "悦来酒店 Hotel Yuelai";
pub const CHECK_IN: &str = "入住登记 check-in";

/// What the authority allows a hotel: both lists, and nothing to see.
pub struct Desk {
    key: DeskKey,
    certificate: DeskCertificate,
}

impl Desk {
    pub fn new(country: &Country) -> Result<Self> {
        Self::certified(country, |draft| draft)
    }

    /// The same, which may ask for tickets too: a desk that holds no key verifies nothing else.
    /// What it prints may outlive an epoch.
    pub fn offline(country: &Country) -> Result<Self> {
        Self::certified(country, |draft| draft.tickets().present_lately(std::time::Duration::from_secs(DAY)))
    }

    /// The same, which may ask about cards that it holds.
    pub fn with_a_reader(country: &Country) -> Result<Self> {
        Self::certified(country, CertificateDraft::card_checks)
    }

    fn certified(country: &Country, more: impl FnOnce(CertificateDraft) -> CertificateDraft) -> Result<Self> {
        let schema = country.registry.issuer().parameters().schema();
        let lists = [STATUS, FLAG].map(|list| country.heads[list].name().clone());
        let hotel = lists.iter().fold(DeskPermissions::of(schema), PermissionsBuilder::present_on);
        let key = DeskKey::random(&mut OsRng);
        let week = country.now.checked_add(7 * DAY).ok_or("the end of time")?;
        let draft = DeskCertificate::draft(HOTEL, &key.public_key(), KeyValidity { from: country.now, until: week });
        let draft = draft.purpose(CHECK_IN).permit(hotel).standing(std::time::Duration::from_secs(DAY));
        Ok(Self { certificate: country.authority.certify(more(draft))?, key })
    }

    /// Asks, signs, and shows: what the desk keeps, and the codes on its screen.
    pub fn show(&self, request: RequestBuilder) -> Result<(Asked, Vec<String>)> {
        let asked = request.once(&mut OsRng)?;
        let signed = self.key.sign(&self.certificate, &asked.message)?.to_bytes();
        Ok((asked, codes(&signed)?))
    }

    /// The same to be printed: it stands for a day.
    pub fn print(&self, request: RequestBuilder, from: Timestamp) -> Result<(StandingRequest, Vec<String>)> {
        let standing = request.standing(from, from.checked_add(DAY).ok_or("the end of time")?)?;
        let signed = self.key.sign(&self.certificate, standing.message())?.to_bytes();
        Ok((standing, codes(&signed)?))
    }

    pub const fn key(&self) -> &DeskKey {
        &self.key
    }

    pub const fn certificate(&self) -> &DeskCertificate {
        &self.certificate
    }
}

/// Bytes as codes that a camera reads across a counter.
pub fn codes(bytes: &[u8]) -> Result<Vec<String>> {
    Ok(qr::split(bytes, Capacity::VERSION_15_M)?)
}

/// What a camera makes of codes, in the order in which it happens to see them.
pub fn scan(codes: &[String]) -> Result<Vec<u8>> {
    let mut assembler = Assembler::new();
    for code in codes.iter().rev().chain(codes) {
        // What is refused is somebody else's code: the camera goes on.
        if let Ok(Progress::Complete(bytes)) = assembler.add(code) {
            return Ok(bytes);
        }
    }
    Err("a code was never seen".into())
}

/// A signed request as a phone reads it.
pub fn scan_request(codes: &[String]) -> Result<SignedRequest> {
    Ok(SignedRequest::from_bytes(&scan(codes)?)?)
}
