#![cfg_attr(
    not(suite = "p256"),
    doc = "Keyed-verification anonymous credentials over ristretto255: selective disclosure, revocation,"
)]
#![cfg_attr(
    suite = "p256",
    doc = "Keyed-verification anonymous credentials over P-256: selective disclosure, revocation,"
)]
//! intervals, blind issuance, device binding, pseudonyms, rate limits and escrow, without pairings.
//!
#![cfg_attr(
    suite = "p256",
    doc = "Examples call this package `selfsame`, as a manifest that has it by that name: \
           `selfsame = { package = \"selfsame-p256\" }`.\n"
)]
//! A phone proves to a desk "I am the holder of this identity card, my credential is live, and I am
//! not on the wanted list", and the desk learns that one bit (验证成功), and which of a few large
//! groups (shards) the holder is in. **Not audited.**
//!
//! # The story
//!
//! A *keyed-verification anonymous credential* is a MAC that its verifier checks with the issuer's
//! key and never sees ([Chase, Meiklejohn and Zaverucha][kvac]). Here it is the *algebraic MAC* of
//! Barki, Brunet, Desmoulins and Traoré ([2016][bbdt]), with a [short tag][orru], on a commitment
//! to a card's attributes. The issuer makes it *blindly* in part: it does not learn the secret of
//! the *device* that the credential is bound to, nor the *pseudonym* key. A person enters as a
//! *symbol*, the output of an *oblivious pseudorandom function* ([RFC 9497][oprf]).
//!
//! Lists of who is live and who is not flagged are *accumulators* after Nguyen (CT-RSA 2005): the
//! owner of a list publishes, *epoch* by epoch, which *handles* it removed or restored, and each
//! phone brings its *witness* up to date from that log alone, many entries at once as in [Vitto and
//! Biryukov][vitto].
//!
//! A desk asks with a *request*. The phone answers with one *presentation*: a proof of a linear
//! relation in zero knowledge, made non-interactive by a *transcript* (Merlin). Numbers in
//! intervals are shown by *range proofs* ([Bulletproofs][bp]) over ristretto255, and over either
//! group by their digits; codes of a *set* as by Camenisch, Chaabouni and shelat (Asiacrypt 2008),
//! limits by a *pseudorandom function* of [Dodis and Yampolskiy][dy]; an *escrow* is a ciphertext
//! of ElGamal to *auditors* with a threshold. The *platform*, which has the keys, verifies and
//! signs a *verdict*. With *tickets*, which a *helper* makes blindly, anybody verifies without a
//! key.
//!
//! ```text
//! terminal      authority      issuer              phone + device        desk       platform
//!    │─SymbolRequest▶│            │                       │                │            │
//!    │◀SymbolResponse│─ handles ─▶│─ CredentialOffer ────▶│                │            │
//!    │               │            │◀─ CredentialRequest ──│                │            │
//!    │               │            │─ CredentialResponse ─▶│ Credential     │            │
//!    │        list owners ── HeadSet, EpochUpdate ───────▶│ its witnesses  │            │
//!    │        cosigners ──── CosignedHeadSet ────────────▶│                │            │
//!    │               │            │                       │◀─── request ───│            │
//!    │               │            │                       │─ Presentation ▶│─── call ──▶│
//!    │               │            │                       │                │◀─ Verdict ─│
//! ```
//!
//! Who keeps what: the authority its symbol and handle keys; the issuer its keys and a row for each
//! slot ([`registry`]), never the credential; the phone its [`Wallet`](wallet::Wallet), its device
//! the secret `d`; the cosigners what they signed; the desk the platform's public key and its
//! pending request; the platform copies of the issuer's and the lists' keys, and a register of what
//! must not count twice.
//!
//! [kvac]: https://eprint.iacr.org/2013/516
//! [bbdt]: https://doi.org/10.1007/978-3-319-69453-5_20
//! [orru]: https://eprint.iacr.org/2024/1552
//! [oprf]: https://www.rfc-editor.org/rfc/rfc9497
//! [vitto]: https://eprint.iacr.org/2020/777
//! [bp]: https://eprint.iacr.org/2017/1066
//! [dy]: https://eprint.iacr.org/2004/310
//!
//! # Where to find what
//!
//! Modules import downwards only (a test holds that):
//!
//! | layer | modules |
//! |---|---|
//! | vocabulary | [`error`], [`secret`], [`calendar`], `text`, [`codec`], [`signature`], |
//! | | `group` (the curve, hashing, base points) |
//! | primitives | `transcript` (Merlin), `sigma` (proofs of linear relations) |
//! | schemes | `mac`, `fold`, `oprf`, [`accumulator`], [`set`], [`template`], [`escrow`], [`ticket`], |
//! | | `range` (Bulletproofs), `seal`, [`device`] |
//! | protocol | [`chip`], [`schema`], [`list`], [`symbol`], [`credential`], [`directory`], |
//! | | [`published`], [`helper`], [`presentation`], [`certificate`], [`qr`] |
//! | what is kept | [`registry`], [`wallet`] |
//! | a host's glue | `json` (feature `serde`), `host` (files, streams, clock and generator; feature `std`) |
//!
//! The normative text is `spec/`; code cites it as "spec 04 §2".
//!
//! # Words
//!
//! | word | meaning |
//! |---|---|
//! | credential (网证) | a MAC on a commitment to a card's attributes, bound to a device |
//! | symbol | an OPRF output that stands for a person or a card without telling which |
//! | handle | what a list knows a holder by |
//! | list, shard | a set of handles, a part of it |
//! | epoch, head | a moment of a list, its signed state at that moment |
//! | witness | a holder's evidence that its handle is in a list |
//! | cosigner, quorum | who signs one version of each epoch of a log; how many it takes |
//! | code set | codes of which a verifier asks whether a hidden value is one |
//! | directory | the one document that names all keys, lists and cosigners, in numbered versions |
//! | certificate | what a verifier is called and may ask, signed by the directory's authority |
//! | escrow, auditor | a holder's flag handle, encrypted; one of those who can open it together |
//! | slot, case | what a registry has of a person; a reason of the police to flag one |
//! | ticket | blind evidence that relations under a key hold |
//! | helper | who holds the keys and makes tickets |
//! | presentation | one proof of everything that a request asks |
//! | verdict | what the desk sees |
//!
//! # House rules
//!
//! Randomness and time are parameters; [`rand_core`] is re-exported for the generators, and `host`
//! has the system's.
//! Secret-dependent arithmetic is constant time, arithmetic on public values is not and says so
//! (`vartime_`). One-time states are consumed by value. No panic is reachable from bytes.
//!
//! A step that waits for an answer gives a [`Sent`](codec::Sent): the state to keep, a type named
//! `…State`, and the message to send. A secret of raw bytes goes out by `to_secret_bytes`, in a
//! [`Secret`](secret::Secret), and comes back by `from_secret_bytes`; a key of several parts is a
//! [`Message`](codec::Message), secret from the first byte to the last.
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![warn(unreachable_pub)]
#![cfg_attr(
    not(test),
    warn(
        clippy::cast_possible_truncation,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::print_stderr,
        clippy::print_stdout,
        clippy::unwrap_used
    )
)]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

pub use rand_core;

pub mod accumulator;
pub mod calendar;
pub mod certificate;
pub mod chip;
pub mod codec;
pub mod credential;
pub mod device;
pub mod directory;
#[cfg(feature = "redb")]
mod embedded;
pub mod error;
pub mod escrow;
mod fold;
mod group;
#[cfg(feature = "hazmat")]
pub mod hazmat;
pub mod helper;
#[cfg(feature = "std")]
pub mod host;
#[cfg(feature = "serde")]
pub mod json;
pub mod list;
mod mac;
mod oprf;
pub mod presentation;
pub mod published;
pub mod qr;
mod range;
pub mod registry;
pub mod schema;
mod seal;
pub mod secret;
pub mod set;
mod sigma;
pub mod signature;
pub mod symbol;
pub mod template;
mod text;
pub mod ticket;
mod transcript;
pub mod wallet;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
