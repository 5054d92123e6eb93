//! Many mutants in one text: each stands behind a question whether it is on.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::list::{Mutant, Place};

/// What syn knows of the expressions that cargo-mutants names by their operator alone.
#[derive(Default)]
struct Expressions {
    /// By the place of the operator: from the left operand's begin to the right one's end, and
    /// whether the operands are those of an assignment.
    binary: HashMap<usize, (Range<usize>, bool)>,
    unary: HashMap<usize, Range<usize>>,
    /// By the arm's begin: the end of the pattern, and the guard.
    arms: HashMap<usize, (usize, Option<Range<usize>>)>,
    /// By the field's begin: its name, its value, and what the fields that are not named come from.
    fields: HashMap<usize, [Range<usize>; 3]>,
    /// What the compiler reckons.
    constants: Vec<Range<usize>>,
}

/// Whether an expression binds names for what comes behind it, and cannot be moved.
fn binds(expression: &syn::Expr) -> bool {
    match expression {
        syn::Expr::Let(_) => true,
        syn::Expr::Binary(binary) => binds(&binary.left) || binds(&binary.right),
        _ => false,
    }
}

fn range(of: &impl Spanned) -> Range<usize> {
    of.span().byte_range()
}

impl<'ast> Visit<'ast> for Expressions {
    fn visit_expr_binary(&mut self, node: &'ast syn::ExprBinary) {
        use syn::BinOp::*;
        let assigns = matches!(
            node.op,
            AddAssign(_)
                | SubAssign(_)
                | MulAssign(_)
                | DivAssign(_)
                | RemAssign(_)
                | BitXorAssign(_)
                | BitAndAssign(_)
                | BitOrAssign(_)
                | ShlAssign(_)
                | ShrAssign(_)
        );
        if !binds(&node.left) && !binds(&node.right) {
            self.binary.insert(range(&node.op).start, (range(node), assigns));
        }
        visit::visit_expr_binary(self, node);
    }

    fn visit_expr_unary(&mut self, node: &'ast syn::ExprUnary) {
        self.unary.insert(range(&node.op).start, range(node));
        visit::visit_expr_unary(self, node);
    }

    fn visit_arm(&mut self, node: &'ast syn::Arm) {
        let guard = node.guard.as_ref().filter(|(_, guard)| !binds(guard)).map(|(_, guard)| range(guard));
        if guard.is_some() == node.guard.is_some() {
            self.arms.insert(range(node).start, (range(&node.pat).end, guard));
        }
        visit::visit_arm(self, node);
    }

    fn visit_expr_struct(&mut self, node: &'ast syn::ExprStruct) {
        for field in &node.fields {
            if let Some(rest) = &node.rest {
                self.fields.insert(range(field).start, [range(&field.member), range(&field.expr), range(rest)]);
            }
        }
        visit::visit_expr_struct(self, node);
    }

    fn visit_item_const(&mut self, node: &'ast syn::ItemConst) {
        self.constants.push(range(node));
    }

    fn visit_impl_item_const(&mut self, node: &'ast syn::ImplItemConst) {
        self.constants.push(range(node));
    }

    fn visit_trait_item_const(&mut self, node: &'ast syn::TraitItemConst) {
        self.constants.push(range(node));
    }

    fn visit_item_static(&mut self, node: &'ast syn::ItemStatic) {
        self.constants.push(range(node));
    }

    fn visit_expr_const(&mut self, node: &'ast syn::ExprConst) {
        self.constants.push(range(node));
    }

    fn visit_type_array(&mut self, node: &'ast syn::TypeArray) {
        self.constants.push(range(&node.len));
        visit::visit_type_array(self, node);
    }

    fn visit_expr_repeat(&mut self, node: &'ast syn::ExprRepeat) {
        self.constants.push(range(&node.len));
        visit::visit_expr_repeat(self, node);
    }

    fn visit_generic_argument(&mut self, node: &'ast syn::GenericArgument) {
        if let syn::GenericArgument::Const(length) = node {
            self.constants.push(range(length));
        }
        visit::visit_generic_argument(self, node);
    }
}

/// What is put into the text. At one place what ends comes before what begins; of what ends the
/// shorter, of what begins the longer comes first.
struct Piece {
    /// What it takes out.
    place: Range<usize>,
    begins: bool,
    length: usize,
    text: String,
}

/// The byte of a place.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }

    fn byte(&self, text: &str, place: Place) -> usize {
        let start = self.0[place.line - 1];
        text[start..].char_indices().nth(place.column - 1).map_or(text.len(), |(at, _)| start + at)
    }
}

/// Asks whether a mutant is on; the comment is found again when the compiler complains of the line.
fn is(number: u32) -> String {
    format!("\n/*m:{number}*/ crate::woven::is({number})\n")
}

/// `if … else`, of several mutants that stand in the place of one expression.
fn chain(mutants: &[(u32, String)], otherwise: &str) -> String {
    let mut text = String::new();
    for (number, instead) in mutants {
        text += &format!("if {} {{\n/*m:{number}*/ {instead}\n}} else ", is(*number));
    }
    text + "{ " + otherwise + " }"
}

/// The pieces of the mutants of one operator.
fn binary(operator: &str, op: Range<usize>, whole: &Range<usize>, mutants: &[(u32, &Mutant)]) -> Option<Vec<Piece>> {
    let number = mutants[0].0;
    let each = |form: &dyn Fn(&str) -> String| -> Vec<(u32, String)> {
        mutants.iter().map(|(number, mutant)| (*number, form(&mutant.replacement))).collect()
    };
    let (l, r) = (format!("woven_l{number}"), format!("woven_r{number}"));
    let [before, between, after] = match operator {
        "==" | "!=" => {
            let [(_, _)] = mutants else { return None };
            ["((".into(), operator.into(), format!(") ^ {})", is(number))]
        }
        "&&" | "||" => {
            let [(_, _)] = mutants else { return None };
            let asks = if operator == "&&" { "!=" } else { "==" };
            ["(match (".into(), format!(") {{ {l} if {l} {asks} {} => ", is(number)), format!(", {l} => {l} }})")]
        }
        "<" | "<=" | ">" | ">=" => {
            // Of references `const fn` compares none.
            let form = |operator: &str| format!("*{l} {operator} *{r}");
            let body = chain(&each(&form), &form(operator));
            ["(match (&(".into(), "), &(".into(), format!(")) {{ ({l}, {r}) => {body} }})")]
        }
        _ => {
            let form = |operator: &str| format!("{l} {operator} {r}");
            let body = chain(&each(&form), &form(operator));
            ["(match ((".into(), "), (".into(), format!(")) {{ ({l}, {r}) => {body} }})")]
        }
    };
    let length = whole.len();
    Some(vec![
        Piece { place: whole.start..whole.start, begins: true, length, text: before },
        Piece { place: op, begins: true, length: 0, text: between },
        Piece { place: whole.end..whole.end, begins: false, length, text: after },
    ])
}

/// `left op= right`: the right side is read once, and the left one, which is a place, is written
/// where each mutant needs it.
fn assignment(text: &str, op: Range<usize>, whole: &Range<usize>, mutants: &[(u32, &Mutant)]) -> Vec<Piece> {
    let r = format!("woven_r{}", mutants[0].0);
    let left = text[whole.start..op.start].trim();
    let form = |operator: &str| format!("{left} {operator} {r};");
    let each: Vec<_> = mutants.iter().map(|(number, mutant)| (*number, form(&mutant.replacement))).collect();
    let body = chain(&each, &form(&text[op.clone()]));
    let length = whole.len();
    vec![
        Piece { place: whole.start..op.end, begins: true, length, text: format!("{{ let {r} = (") },
        Piece { place: whole.end..whole.end, begins: false, length, text: format!("); {body} }}") },
    ]
}

/// Weaves the mutants of one file into its text; what cannot be woven is said.
pub fn weave(text: &str, mutants: &BTreeMap<u32, &Mutant>) -> (String, Vec<u32>) {
    let lines = Lines::of(text);
    let mut expressions = Expressions::default();
    expressions.visit_file(&syn::parse_file(text).unwrap());

    let mut by_place: BTreeMap<(usize, &str), Vec<(u32, &Mutant)>> = BTreeMap::new();
    for (number, mutant) in mutants {
        let start = lines.byte(text, mutant.span.start);
        by_place.entry((start, &mutant.genre)).or_default().push((*number, mutant));
    }
    let (mut pieces, mut left) = (Vec::new(), Vec::new());
    for ((start, genre), mutants) in by_place {
        let end = lines.byte(text, mutants[0].1.span.end);
        let woven = match genre {
            _ if expressions.constants.iter().any(|constant| constant.contains(&start)) => None,
            "FnValue" if mutants[0].1.opaque() => Some(sequence(start..end, &mutants)),
            "FnValue" => Some(vec![Piece {
                place: start..start,
                begins: true,
                length: usize::MAX,
                text: mutants.iter().map(|(number, mutant)| replaced(*number, mutant)).collect(),
            }]),
            "BinaryOperator" => expressions.binary.get(&start).and_then(|(whole, assigns)| {
                if *assigns {
                    return Some(assignment(text, start..end, whole, &mutants));
                }
                binary(&text[start..end], start..end, whole, &mutants)
            }),
            "UnaryOperator" => {
                expressions.unary.get(&start).map(|whole| unary(&text[start..end], start..end, whole, mutants[0].0))
            }
            "MatchArm" => expressions.arms.get(&start).map(|arm| deleted_arm(arm, mutants[0].0)),
            "MatchArmGuard" => Some(guard(start..end, &mutants)),
            "StructField" => expressions.fields.get(&start).map(|field| deleted_field(text, field, mutants[0].0)),
            _ => None,
        };
        match woven {
            Some(woven) => pieces.extend(woven),
            None => left.extend(mutants.iter().map(|(number, _)| *number)),
        }
    }
    let woven = compose(text, pieces);
    let lost =
        mutants.keys().filter(|number| !left.contains(number) && !woven.contains(&format!("woven::is({number})")));
    let lost: Vec<u32> = lost.copied().collect();
    left.extend(lost);
    (woven, left)
}

/// What `std` has without an import, by its path: what cargo-mutants writes may stand in a file
/// that imports less.
const PATHS: [(&str, &str); 8] = [
    ("vec![", "::alloc::"),
    ("Vec::", "::alloc::vec::"),
    ("String::", "::alloc::string::"),
    ("Box::", "::alloc::boxed::"),
    ("BTreeMap::", "::alloc::collections::"),
    ("BTreeSet::", "::alloc::collections::"),
    ("Arc::", "::alloc::sync::"),
    ("Zeroizing::", "::zeroize::"),
];

fn with_paths(replacement: &str) -> String {
    let mut text = replacement.replace("::std::iter::", "::core::iter::");
    for (word, path) in PATHS {
        let mut with = String::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find(word) {
            with += &rest[..at];
            if !with.ends_with(|last: char| last.is_alphanumeric() || last == '_' || last == ':') {
                with += path;
            }
            with += word;
            rest = &rest[at + word.len()..];
        }
        text = with + rest;
    }
    text
}

fn replaced(number: u32, mutant: &Mutant) -> String {
    format!("if {} {{\n/*m:{number}*/ return {};\n}}\n", is(number), with_paths(&mutant.replacement))
}

/// What gives back `impl Iterator` is of one type: that of its body, of none, or of one.
fn sequence(place: Range<usize>, mutants: &[(u32, &Mutant)]) -> Vec<Piece> {
    let mut before = String::new();
    for (number, mutant) in mutants {
        let text = with_paths(&mutant.replacement);
        let text = text.replace("::core::iter::empty", "crate::woven::empty");
        let text = text.replace("::core::iter::once", "crate::woven::once");
        before += &format!("if {} {{\n/*m:{number}*/ return {text};\n}}\n", is(*number));
    }
    before += "crate::woven::Sequence::Body({ ";
    let length = usize::MAX;
    vec![
        Piece { place: place.start..place.start, begins: true, length, text: before },
        Piece { place: place.end..place.end, begins: false, length, text: " })".into() },
    ]
}

fn deleted_field(text: &str, [member, value, rest]: &[Range<usize>; 3], number: u32) -> Vec<Piece> {
    let (name, rest) = (&text[member.clone()], &text[rest.clone()]);
    let before = format!("{name}: if {} {{\n/*m:{number}*/ ({rest}).{name}\n}} else {{ ", is(number));
    let length = usize::MAX - 2;
    vec![
        Piece { place: member.start..value.start, begins: true, length, text: before },
        Piece { place: value.end..value.end, begins: false, length, text: " }".into() },
    ]
}

fn unary(operator: &str, op: Range<usize>, whole: &Range<usize>, number: u32) -> Vec<Piece> {
    let value = format!("woven_v{number}");
    let body = chain(&[(number, value.clone())], &format!("{operator}{value}"));
    let length = whole.len();
    vec![
        Piece { place: whole.start..op.end, begins: true, length, text: "(match (".into() },
        Piece { place: whole.end..whole.end, begins: false, length, text: format!(") {{ {value} => {body} }})") },
    ]
}

fn deleted_arm((pattern_end, guard): &(usize, Option<Range<usize>>), number: u32) -> Vec<Piece> {
    let off = format!("!{}", is(number));
    match guard {
        None => {
            let text = format!(" if {off}");
            vec![Piece { place: *pattern_end..*pattern_end, begins: false, length: 0, text }]
        }
        Some(guard) => vec![
            Piece { place: guard.start..guard.start, begins: true, length: usize::MAX, text: format!("{off} && (") },
            Piece { place: guard.end..guard.end, begins: false, length: usize::MAX, text: ")".into() },
        ],
    }
}

fn guard(place: Range<usize>, mutants: &[(u32, &Mutant)]) -> Vec<Piece> {
    let asked = |replacement: &str, form: &dyn Fn(String) -> String| -> String {
        let those = mutants.iter().filter(|(_, mutant)| mutant.replacement == replacement);
        those.map(|(number, _)| form(is(*number))).collect()
    };
    // What makes it true comes first: `&&` binds closer.
    let before = asked("true", &|on| format!("{on} || ")) + &asked("false", &|on| format!("!{on} && "));
    let length = usize::MAX - 1;
    vec![
        Piece { place: place.start..place.start, begins: true, length, text: before + "(" },
        Piece { place: place.end..place.end, begins: false, length, text: ")".into() },
    ]
}

fn compose(text: &str, mut pieces: Vec<Piece>) -> String {
    pieces.sort_by_key(|piece| {
        let order = if piece.begins { usize::MAX - piece.length } else { piece.length };
        (piece.place.start, piece.begins, order)
    });
    let (mut woven, mut at) = (String::new(), 0);
    for piece in pieces {
        // An operator that is in the left side of an assignment is written with it, unchanged.
        if piece.place.start < at {
            continue;
        }
        woven += &text[at..piece.place.start];
        woven += &piece.text;
        at = piece.place.end;
    }
    woven + &text[at..]
}

#[cfg(test)]
mod tests;
