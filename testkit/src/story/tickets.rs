//! A phone fetches tickets and uses them.

use rand_core::OsRng;

use super::desk::scan_request;
use super::phone::keep;
use super::{Country, FLAG, Phone, Result, STATUS};
use crate::prelude::*;

impl Phone {
    /// Fetches tickets for requests like this one. Gives everything that the helper saw.
    pub fn fetch_tickets(
        &mut self,
        country: &Country,
        request: &PresentationRequest,
        count: TicketCount,
    ) -> Result<Vec<Vec<u8>>> {
        let seen = [self.see(country, STATUS)?, self.see(country, FLAG)?];
        let (heads, rng) = (seen.each_ref(), &mut OsRng);
        let staged = self.wallet.order_tickets(request, TicketNumber::FIRST, (&heads, &[]), count, country.now, rng)?;
        let ordered = staged.store(|file, _| keep(&mut self.file, file))?;
        let order = ordered.to_bytes();
        let committed = country.helper.commit(&TicketRequest::from_bytes(&order)?, rng)?;
        let commitments = committed.message.to_bytes();
        let staged = self.wallet.challenge_tickets(&ordered, &TicketCommitments::from_bytes(&commitments)?, rng)?;
        let challenges = staged.store(|file, _| keep(&mut self.file, file))?.to_bytes();
        let answers = country.helper.answer(committed.state, &TicketChallenges::from_bytes(&challenges)?)?.to_bytes();
        let staged = self.wallet.finish_tickets(&ordered, &TicketAnswers::from_bytes(&answers)?, rng)?;
        staged.store(|file, _| keep(&mut self.file, file))?;
        Ok(vec![order, commitments, challenges, answers])
    }

    /// Reads a signed request off a screen, checks who may ask, and says what is asked.
    pub fn review_codes(
        &mut self,
        country: &Country,
        codes: &[String],
    ) -> Result<std::result::Result<WalletConsent, WalletError>> {
        let seen = [self.see(country, STATUS)?, self.see(country, FLAG)?];
        Ok(self.wallet.review(&scan_request(codes)?, &seen.each_ref(), &[], country.now))
    }

    /// What is sent where nothing can be proven: the screen says the same, and so does the device.
    pub fn decoy(&mut self, country: &Country, codes: &[String]) -> Result<Presentation> {
        let seen = [self.see(country, STATUS)?, self.see(country, FLAG)?];
        let consent = self.wallet.review_for_decoy(&scan_request(codes)?, &seen.each_ref(), &[], country.now)?;
        Ok(self.wallet.present(consent, country.now, &mut self.device, &mut OsRng)?)
    }

    /// The user agrees. What is used up is stored before the presentation leaves.
    pub fn answer_consent(
        &mut self,
        country: &Country,
        consent: WalletConsent,
    ) -> std::result::Result<Vec<u8>, WalletError> {
        let staged = self.wallet.present_staged(consent, country.now, &mut self.device, &mut OsRng)?;
        Ok(staged.store(|file, _| keep(&mut self.file, file))?.to_bytes())
    }

    /// What a wallet proved that was closed with this file, against the heads of then.
    pub fn prove_from(
        &mut self,
        file: &[u8],
        request: &PresentationRequest,
        heads: &[CosignedHeads],
    ) -> Result<Vec<u8>> {
        let wallet = Wallet::open(file, &self.key, None, Trusted::NOTHING)?;
        let credential = wallet.credentials().next().ok_or("no credential")?;
        let heads: Vec<&CosignedHeads> = heads.iter().collect();
        let consent = credential.review(request, &heads)?;
        Ok(credential.present(consent, &mut self.device, &mut OsRng)?.to_bytes())
    }

    /// A phone whose file was put back to an older one.
    pub fn turn_back(&mut self, file: &[u8]) -> Result<()> {
        self.wallet = Wallet::open(file, &self.key, None, Trusted::NOTHING)?;
        Ok(())
    }
}
