//! What happens between a phone and somebody who asks; what comes back is settled by the platform.

use rand_core::OsRng;
use selfsame::hazmat::present_anyway;

use super::phone::keep;
use super::{Country, FLAG, Phone, Result, STATUS};
use crate::digits::{usual_digits, usually};
use crate::prelude::*;

/// A request, and what came of it.
pub struct Visit {
    pub request: PresentationRequest,
    pub presentation: Vec<u8>,
    /// What whoever asked has in the end.
    pub outcome: Outcome,
    /// What it keeps where an escrow was asked for.
    pub evidence: Evidence,
}

impl Country {
    /// A request for a resident card, to be completed by what it asks.
    pub fn request(&self, verifier: &str, purpose: &str) -> RequestBuilder {
        usually(PresentationRequest::builder(self.registry.issuer().parameters(), verifier, purpose))
    }

    /// What a hotel asks.
    pub fn hotel(&self) -> RequestBuilder {
        let request = self.request("悦来酒店 Hotel Yuelai", "入住登记 check-in");
        request.present_on(&self.heads[STATUS]).present_on(&self.heads[FLAG])
    }

    /// The key of the platform, which desks and auditors pin.
    pub fn platform_key(&self) -> PlatformPublicKey {
        self.platform.public_key()
    }

    /// The platform's answer to a call.
    pub fn answer(&self, call: &[u8]) -> VerdictMessage {
        self.platform.answer(call, self.now).unwrap()
    }

    /// What a desk sees that relays this answer.
    pub fn verdict(&self, asked: PendingRequest, presentation: &[u8]) -> Result<Verdict> {
        Ok(self.settle(asked, presentation)?.0.verdict)
    }

    fn settle(&self, asked: PendingRequest, presentation: &[u8]) -> Result<(Outcome, Evidence)> {
        let relayed = asked.relay(presentation);
        let call = relayed.message.to_bytes();
        let verdict = VerdictMessage::from_bytes(&self.answer(&call).to_bytes())?;
        let evidence = Evidence::new(&relayed.message, &verdict);
        Ok((relayed.state.conclude(&verdict, &self.platform.public_key()), evidence))
    }
}

impl Phone {
    /// What the wallet says to its user about a request, or why it cannot answer; nothing is sent.
    pub fn review(
        &mut self,
        country: &Country,
        request: &PresentationRequest,
    ) -> Result<std::result::Result<WalletConsent, WalletError>> {
        let seen = [self.see(country, STATUS)?, self.see(country, FLAG)?];
        Ok(self.wallet.review_uncertified(request, &seen.each_ref(), &[], country.now))
    }

    /// The honest wallet: where it cannot answer it says why; the answer is empty, and refused.
    pub fn answer(
        &mut self,
        country: &Country,
        request: RequestBuilder,
    ) -> Result<std::result::Result<Visit, WalletError>> {
        let asked = request.once(&mut OsRng)?;
        let request = PresentationRequest::from_bytes(&asked.message.to_bytes())?;
        let consent = match self.review(country, &request)? {
            Ok(consent) => consent,
            Err(refusal) => {
                let (outcome, _) = country.settle(asked.state, &[])?;
                let unshown = outcome.verdict == Verdict::Refused;
                return if unshown { Ok(Err(refusal)) } else { Err("nothing was shown, and verified".into()) };
            }
        };
        // The user agrees. Where shows are counted, the count is stored before it leaves.
        let passes = self.passes;
        let mut device = self.device.unlocked_by(|_| passes);
        let staged = match self.wallet.present_staged(consent, country.now, &mut device, &mut OsRng) {
            Ok(staged) => staged,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let presentation = staged.store(|file, _| keep(&mut self.file, file))?.to_bytes();
        let (outcome, evidence) = country.settle(asked.state, &presentation)?;
        Ok(Ok(Visit { request, presentation, outcome, evidence }))
    }

    /// The honest wallet at the hotel.
    pub fn present(&mut self, country: &Country) -> Result<std::result::Result<Verdict, WalletError>> {
        Ok(self.answer(country, country.hotel())?.map(|visit| visit.outcome.verdict))
    }

    /// A wallet that proves with whatever it has; under a limit, as if after so many shows.
    pub fn force(&mut self, country: &Country, request: RequestBuilder, shows: Option<u32>) -> Result<Visit> {
        self.force_from(country, &self.file(), request, shows)
    }

    /// Such a wallet at the hotel, with an older file, of which the host forgot the version.
    pub fn cheat(&mut self, country: &Country, file: &[u8]) -> Result<Verdict> {
        Ok(self.force_from(country, file, country.hotel(), None)?.outcome.verdict)
    }

    fn force_from(
        &mut self,
        country: &Country,
        file: &[u8],
        request: RequestBuilder,
        shows: Option<u32>,
    ) -> Result<Visit> {
        let wallet = Wallet::open(file, &self.key, None, Trusted::NOTHING)?;
        let credential = wallet.credentials().next().ok_or("no credential")?;
        let heads = [&country.heads[STATUS], &country.heads[FLAG]];
        let digits = usual_digits();
        let known = WalletContext::at(&heads).with_uses_unchecked(shows).with_digits_unchecked(&digits);
        let asked = request.once(&mut OsRng)?;
        let presentation = present_anyway(&[credential], &asked.message, &known, &mut self.device, &mut OsRng)?;
        let presentation = presentation.to_bytes();
        let (outcome, evidence) = country.settle(asked.state, &presentation)?;
        Ok(Visit { request: asked.message, presentation, outcome, evidence })
    }
}

/// What the user reads before agreeing, in both languages.
pub fn show_consent(consent: &WalletConsent) {
    for language in [Language::Chinese, Language::English] {
        consent.sentences(language).iter().for_each(|sentence| println!("  │ {sentence}"));
    }
}

/// Whether sixteen bytes in a row of one are anywhere in the other.
pub fn share_a_run(one: &[u8], other: &[u8]) -> bool {
    let runs: std::collections::BTreeSet<&[u8]> = one.windows(16).collect();
    other.windows(16).any(|run| runs.contains(run))
}

/// That the wallet does not answer, for this reason, which it gives to its user alone.
pub fn expect_refusal(answer: std::result::Result<Visit, WalletError>, promised: PresentError) -> Result<()> {
    let reason = answer.err().ok_or("the wallet answered where it should not")?;
    println!("  the wallet says 钱包提示: {}", super::reason(&reason));
    if reason == WalletError::Present(promised) { Ok(()) } else { Err("not the reason that was promised".into()) }
}
