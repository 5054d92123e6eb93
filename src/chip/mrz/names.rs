//! The name field: a primary and a secondary identifier (spec 02 §7.6).

use alloc::string::String;

use zeroize::Zeroizing;

use super::super::error::{ChipError, Defect, Field};
use super::layout::{FILLER, trim};

/// What stands between the primary and the secondary identifier.
const SEPARATOR: &str = "<<";

type Name = Zeroizing<String>;

pub(super) fn read(field: &str) -> Result<(Name, Option<Name>), ChipError> {
    let names = trim(field);
    if names.is_empty() {
        return Err(Field::Name.has(Defect::Empty));
    }
    if names.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(Field::Name.has(Defect::Alphabet));
    }
    let (primary, secondary) = match names.split_once(SEPARATOR) {
        // Who has given names only has them for a primary identifier, even where a state leaves its
        // place empty.
        Some(("", only)) => (only, None),
        Some((primary, secondary)) => (primary, Some(secondary)),
        None => (names, None),
    };
    // Otherwise a second separator, or three fillers, would leave open where a name begins.
    let is_well_formed = |name: &str| !name.starts_with(FILLER) && !name.contains(SEPARATOR);
    if primary.is_empty() || !is_well_formed(primary) || !secondary.is_none_or(is_well_formed) {
        return Err(Field::Name.has(Defect::Format));
    }
    Ok((spaced(primary), secondary.map(spaced)))
}

/// Whether the names fill their field, so that more of them may have been cut off.
pub(super) fn may_be_cut(field: &str) -> bool {
    !field.ends_with(FILLER)
}

/// A name as people write it: the single fillers between its components are spaces.
fn spaced(name: &str) -> Name {
    let mut spaced = Zeroizing::new(String::with_capacity(name.len()));
    spaced.extend(name.chars().map(|character| if character == FILLER { ' ' } else { character }));
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(field: &str) -> Result<(String, Option<String>), Defect> {
        let (primary, secondary) = read(field).map_err(|error| error.defect)?;
        Ok((primary.as_str().into(), secondary.map(|name| name.as_str().into())))
    }

    #[test]
    fn identifiers_and_components() {
        assert_eq!(names("A<<B<C<<<"), Ok(("A".into(), Some("B C".into()))));
        assert_eq!(names("A<B<<C"), Ok(("A B".into(), Some("C".into()))), "full to the end");
        assert_eq!(names("A<B<<<<"), Ok(("A B".into(), None)));
        assert_eq!(names("ABCDEF"), Ok(("ABCDEF".into(), None)));
        assert_eq!(names("<<A<B<<<"), Ok(("A B".into(), None)), "given names only");
    }

    #[test]
    fn nothing_is_left_open() {
        assert_eq!(names("<<<<<<"), Err(Defect::Empty));
        for field in ["<A<<B", "<<A<<B", "<<<A", "A<<<B", "A<<B<<C", "A<<<<B<"] {
            assert_eq!(names(field), Err(Defect::Format), "{field}");
        }
        assert_eq!(names("A1<<B<"), Err(Defect::Alphabet));
    }
}
