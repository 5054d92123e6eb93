//! Templates of faces: vectors of small integers whose product is how alike two faces are
//! (spec 04 §8), and the argument that shows such a product without the vector (spec 12 §12).
//!
//! ```text
//! ⟨p, t⟩ = Σ pᵢ·tᵢ ≥ τ        t the register's, hidden; p the camera's, public; |p|², |t|² ≤ B
//! ```
//!
//! Everything that decides the question stands in [`TemplateParameters`], which a schema fixes for
//! everybody: a verifier that could choose the threshold would read the template entry by entry.
//! Which model makes the vectors is said by a digest; making them, and telling a living face from
//! a picture, is the host's.
//!
//! ```
//! use selfsame::template::{Probe, Template, TemplateParameters};
//!
//! let parameters = TemplateParameters::of_128([7; 32], 1024, 880)?;
//! let template = Template::new([3; 128].to_vec());
//! assert!(parameters.accepts(&template));
//! assert_eq!(format!("{template:?}"), "Template(redacted)");
//!
//! let probe = Probe::new([3; 128].to_vec());
//! assert_eq!(parameters.check_probe(&probe), Ok(()));
//! // A probe that asks for one entry alone is none.
//! let mut crafted = [0; 128];
//! crafted[17] = 1;
//! assert!(parameters.check_probe(&Probe::new(crafted.to_vec())).is_err());
//! # Ok::<(), selfsame::template::TemplateError>(())
//! ```

mod error;
mod packing;
mod parameters;
mod vector;

pub use error::TemplateError;
pub use parameters::TemplateParameters;
pub use vector::{Probe, Template};

pub(crate) use parameters::MAX_DIMENSION;
