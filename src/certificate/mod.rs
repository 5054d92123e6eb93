//! Who may ask what (spec 15): the authority gives a verifier a name and says what it may ask, and
//! wallets refuse the rest.
//!
//! A request says of itself who asks and for what. Without more, anybody can call itself a hotel
//! and ask for an address. So the authority of the [`directory`](crate::directory) signs a
//! [`DeskCertificate`]: the verifier's name, the key of its desk, the purposes that it may state,
//! whether it may have answers that are evidence to everybody, and for each schema what it may have
//! disclosed, asked, linked and put in escrow. What is not in it is not permitted. The desk signs
//! each request under that key, and a wallet takes a request only if all of it lies within the
//! certificate.
//!
//! ```text
//! authority ── DeskCertificate ──▶ desk ── SignedRequest: request, certificate, signature ──▶ wallet
//!     └──────────── directory: the authority's key ───────────────────────────────────────────▶│ CertifiedRequest, or OverAsking
//! ```
//!
//! A certificate cannot be called back. It counts for a time that the authority keeps short, and
//! not after the directory names another authority. It says who asks and what they may ask; it does
//! not say that they need it, nor that the desk in front of the holder is theirs: a genuine request
//! can be carried elsewhere and shown there (spec 15 §6).
//!
//! ```
//! use selfsame::calendar::{Age, LocalDay, Timestamp};
//! use selfsame::certificate::{CertificateError, DeskCertificate, DeskKey, DeskPermissions, OverAsking, SignedRequest};
//! use selfsame::codec::Message;
//! use selfsame::directory::KeyValidity;
//! use selfsame::presentation::{Language, PresentationRequest};
//! # use selfsame::credential::{Issuer, KeyVersion};
//! # use selfsame::directory::Authority;
//! # use selfsame::list::{Cosigner, Cosigners, ShardCount};
//! # use selfsame::schema::Schema;
//! # use selfsame::set::{DigitBase, DigitSetKey};
//! # use selfsame::symbol::SymbolKey;
//! # let mut rng = rand_core::OsRng;
//! # let now = Timestamp::from_secs(1_790_000_000);
//! # let validity = KeyValidity { from: now, until: Timestamp::from_secs(1_797_000_000) };
//! # let schema = Schema::resident_card();
//! # let issuer = Issuer::random(schema.clone(), KeyVersion(1), &mut rng);
//! # let authority = Authority::random(&mut rng);
//! # let cosigners = Cosigners::new(&[Cosigner::random(&mut rng).public_key()], 1)?;
//! # let draft = authority.draft(cosigners, SymbolKey::random(&mut rng).public_key(), ShardCount::new(4)?);
//! # let first = authority.found(draft.issuer(issuer.parameters(), validity), now)?;
//! # let directory = first.pin(&first.digest())?;
//! # let digits = DigitSetKey::random(DigitBase::Of256, &mut rng).publish().verify()?;
//!
//! // The authority says that a cinema may know whether somebody is of age, and nothing else.
//! let desk = DeskKey::random(&mut rng);
//! let draft = DeskCertificate::draft("Cinema Daguangming 大光明影院", &desk.public_key(), validity)
//!     .purpose("admission 入场")
//!     .permit(DeskPermissions::of(&schema).between("birth-date"));
//! let certificate = authority.certify(draft)?;
//!
//! // The desk asks that, in digits of the platform that will check the answer.
//! let ask = || PresentationRequest::builder(issuer.parameters(), "Cinema Daguangming 大光明影院", "admission 入场");
//! let today = LocalDay::in_china(now).ok_or("no such day")?;
//! let adult = Age::new(18).ok_or("no such age")?;
//! let asked = ask().of_age("birth-date", adult, today).in_digits(&digits).once(&mut rng)?;
//! let signed = desk.sign(&certificate, &asked.message)?.to_bytes();
//!
//! // The phone takes it, under the directory that it follows.
//! let request = SignedRequest::from_bytes(&signed)?.verify(&directory, now)?;
//! assert_eq!(request.verifier(), "Cinema Daguangming 大光明影院");
//!
//! // More than that is refused, already by the desk's own key.
//! let asked = ask().disclose("address").once(&mut rng)?;
//! let refused = desk.sign(&certificate, &asked.message).unwrap_err();
//! assert!(matches!(refused, CertificateError::OverAsking(OverAsking::Disclosure { .. })));
//! assert_eq!(refused.sentence(Language::Chinese, &directory), "对方未获准查看您的“住址”。");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod builder;
mod certify;
mod content;
mod desk;
mod draft;
mod error;
mod excess;
mod key;
mod permissions;
mod signed;
mod words;

pub use crate::presentation::StatementKind;
pub use builder::PermissionsBuilder;
pub use desk::DeskCertificate;
pub use draft::CertificateDraft;
pub use error::{CertificateError, DraftError};
pub use excess::{OverAsking, ScopeUse};
pub use key::DeskKey;
pub use permissions::DeskPermissions;
pub use signed::{CertifiedRequest, SignedRequest};

pub use crate::list::KeyValidity;
