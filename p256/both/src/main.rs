//! A platform for holders of both suites: the first byte of what it is sent says which verifies.
//!
//! ```text
//! cargo run -p selfsame-both
//! ```

use std::process::ExitCode;

use selfsame::codec::SUITE as RISTRETTO255;
use selfsame_p256::codec::SUITE as P256;

/// What the desk relays of a hotel's guest, in this country.
macro_rules! guest {
    ($country:expr) => {{
        let mut phone = $country.enrol();
        let asked = $country.hotel().once(&mut $country.rng).expect("a request");
        let presentation = phone.present(&mut $country, &asked.message);
        asked.state.relay(&presentation).message
    }};
}

struct Platform {
    ristretto255: testkit::Country,
    p256: testkit_p256::Country,
}

impl Platform {
    fn verifies(&mut self, call: &[u8]) -> bool {
        match call.first() {
            Some(&RISTRETTO255) => {
                self.ristretto255.answer(call).unverified_verdict() == selfsame::presentation::Verdict::Verified
            }
            Some(&P256) => {
                self.p256.answer(call).unverified_verdict() == selfsame_p256::presentation::Verdict::Verified
            }
            _ => false,
        }
    }
}

/// Whether guests of both suites are verified, and none under the other's first byte or an unknown
/// one.
fn is_as_promised() -> bool {
    let (mut ristretto255, mut p256) = (testkit::Country::new(1), testkit_p256::Country::new(2));
    let calls = [
        selfsame::codec::Message::to_bytes(&guest!(ristretto255)),
        selfsame_p256::codec::Message::to_bytes(&guest!(p256)),
    ];
    let mut platform = Platform { ristretto255, p256 };
    calls.iter().all(|call| {
        let mut bent = call.clone();
        let refused = [RISTRETTO255 ^ P256 ^ call[0], 0, 3].map(|suite| {
            bent[0] = suite;
            !platform.verifies(&bent)
        });
        let verified = platform.verifies(call);
        println!("suite {}: {} bytes, verified: {verified}, under another first byte: {}", call[0], call.len(), {
            if refused == [true; 3] { "refused" } else { "taken" }
        });
        verified && refused == [true; 3]
    })
}

fn main() -> ExitCode {
    if is_as_promised() {
        println!("验证成功");
        ExitCode::SUCCESS
    } else {
        println!("验证未通过");
        ExitCode::FAILURE
    }
}
