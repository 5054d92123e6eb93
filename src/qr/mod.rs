//! Messages as QR codes (spec 16): text that a code holds well, and frames for what one code does
//! not hold.
//!
//! A QR code in alphanumeric mode holds 45 characters and no others, at 5.5 bits each; base45
//! (RFC 9285) puts 2 bytes into 3 of them. [`encode`] and [`decode`] are that and nothing more.
//! What is too long for one code that a phone reads across a counter is shown as a round of codes:
//! [`split`] cuts it into frames, and an [`Assembler`] takes them in whatever order the camera
//! meets them.
//!
//! There are two ways to ask with a code. One on a screen is *dynamic*: each holder gets a request
//! with a fresh nonce. One on paper is *static*: a request that stands for a time window, for
//! everybody. Both are signed ([`certificate`](crate::certificate)), since whoever has a printer
//! has QR codes.
//!
//! ```
//! use core::time::Duration;
//! use selfsame::calendar::Timestamp;
//! use selfsame::certificate::{DeskCertificate, DeskKey, DeskPermissions, SignedRequest};
//! use selfsame::codec::Message;
//! use selfsame::presentation::{PresentationRequest, Validity};
//! use selfsame::qr::{self, Assembler, Capacity, Progress};
//! # use selfsame::credential::{Issuer, KeyVersion};
//! # use selfsame::directory::{Authority, KeyValidity};
//! # use selfsame::list::{Cosigner, Cosigners, ShardCount};
//! # use selfsame::schema::Schema;
//! # use selfsame::symbol::SymbolKey;
//! # let mut rng = rand_core::OsRng;
//! # let now = Timestamp::from_secs(1_790_000_000);
//! # let tomorrow = Timestamp::from_secs(1_790_086_400);
//! # let validity = KeyValidity { from: now, until: Timestamp::from_secs(1_797_000_000) };
//! # let schema = Schema::resident_card();
//! # let issuer = Issuer::random(schema.clone(), KeyVersion(1), &mut rng);
//! # let authority = Authority::random(&mut rng);
//! # let cosigners = Cosigners::new(&[Cosigner::random(&mut rng).public_key()], 1)?;
//! # let draft = authority.draft(cosigners, SymbolKey::random(&mut rng).public_key(), ShardCount::new(4)?);
//! # let first = authority.found(draft.issuer(issuer.parameters(), validity), now)?;
//! # let directory = first.pin(&first.digest())?;
//! # let desk = DeskKey::random(&mut rng);
//!
//! let draft = DeskCertificate::draft("Museum 博物馆", &desk.public_key(), validity)
//!     .purpose("free entry 免费参观")
//!     .permit(DeskPermissions::of(&schema).disclose("region"))
//!     .standing(Duration::from_secs(86_400));
//! let certificate = authority.certify(draft)?;
//! let ask = || PresentationRequest::builder(issuer.parameters(), "Museum 博物馆", "free entry 免费参观").disclose("region");
//!
//! // Dynamic: on the screen of a ticket machine, for the one visitor in front of it.
//! let asked = ask().once(&mut rng)?;
//! let shown = qr::encode(&desk.sign(&certificate, &asked.message)?.to_bytes());
//! assert!(shown.len() <= Capacity::VERSION_25_M.characters());
//! let scanned = SignedRequest::from_bytes(&qr::decode(&shown)?)?.verify(&directory, now)?;
//! assert!(matches!(scanned.validity(), Validity::Once { .. }));
//!
//! // Static: printed for the day beside the door, in codes that are read from some steps away.
//! let standing = ask().standing(now, tomorrow)?;
//! let printed = qr::split(&desk.sign(&certificate, standing.message())?.to_bytes(), Capacity::VERSION_10_L)?;
//! let mut assembler = Assembler::new();
//! let mut request = None;
//! for code in printed.iter().rev() {
//!     if let Progress::Complete(bytes) = assembler.add(code)? {
//!         request = Some(SignedRequest::from_bytes(&bytes)?.verify(&directory, now)?);
//!     }
//! }
//! assert!(matches!(request.map(|request| request.validity()), Some(Validity::Window { .. })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! No code is secret: what a camera sees, others see. Answers with disclosed values go another way.

mod assembler;
mod capacity;
mod error;
mod frame;
mod text;

pub use assembler::{Assembler, Progress};
pub use capacity::Capacity;
pub use error::QrError;
pub use frame::{is_frame, split};
pub use text::{decode, encode};
