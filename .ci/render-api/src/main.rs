//! Prints the public API in the JSON of rustdoc, one item on a line.
//!
//! Left out are the headings of inherent implementations, blanket implementations, the methods of implementations of
//! traits (the traits determine them), and traits of the compiler.

use std::{env, error::Error, fs};

use public_api::{Builder, PublicItem};
use rustdoc_types::{Attribute, Crate, Function, Id, Item, ItemEnum};

/// No stable code can name these.
const UNNAMEABLE: [&str; 3] = [
    "core::marker::Freeze",
    "core::marker::StructuralPartialEq",
    "core::marker::UnsafeUnpin",
];

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("usage: render-api PATH")?;
    let documented: Crate = serde_json::from_str(&fs::read_to_string(&path)?)?;
    let api = Builder::from_rustdoc_json(path)
        .omit_blanket_impls(true)
        .build()?;
    for item in api.items().filter(|item| is_shown(item, &documented)) {
        println!("{item}{}", marks(item, &documented));
    }
    Ok(())
}

fn is_shown(item: &PublicItem, documented: &Crate) -> bool {
    match inner(documented, item.id()) {
        Some(ItemEnum::Impl(block)) => {
            let path = block.trait_.as_ref().map(|of| of.id);
            let path = path.and_then(|id| documented.paths.get(&id));
            path.is_some_and(|summary| !UNNAMEABLE.contains(&summary.path.join("::").as_str()))
        }
        Some(ItemEnum::Function(_)) => !is_of_implementation(item, documented),
        _ => true,
    }
}

fn is_of_implementation(item: &PublicItem, documented: &Crate) -> bool {
    let parent = item.parent_id().and_then(|id| inner(documented, id));
    matches!(parent, Some(ItemEnum::Impl(block)) if block.trait_.is_some())
}

/// What the signature does not say.
fn marks(item: &PublicItem, documented: &Crate) -> String {
    let mut marks = Vec::new();
    let Some(described) = documented.index.get(&item.id()) else {
        return String::new();
    };
    if described.attrs.iter().any(is_must_use) {
        marks.push("must_use".to_owned());
    }
    if is_provided(item, described, documented) {
        marks.push("provided".to_owned());
    }
    if let ItemEnum::Use(import) = &described.inner {
        let target = import.id.and_then(|id| documented.paths.get(&id));
        let target =
            target.map_or_else(|| import.source.clone(), |summary| summary.path.join("::"));
        marks.push(format!("is {target}"));
    }
    if marks.is_empty() {
        return String::new();
    }
    format!("  // {}", marks.join(", "))
}

fn is_must_use(attribute: &Attribute) -> bool {
    matches!(attribute, Attribute::MustUse { .. })
}

/// Returns `true` for a method of a trait that an implementation may leave out.
fn is_provided(item: &PublicItem, described: &Item, documented: &Crate) -> bool {
    let parent = item.parent_id().and_then(|id| inner(documented, id));
    matches!(parent, Some(ItemEnum::Trait(_)))
        && matches!(
            &described.inner,
            ItemEnum::Function(Function { has_body: true, .. })
        )
}

fn inner(documented: &Crate, id: Id) -> Option<&ItemEnum> {
    documented.index.get(&id).map(|item| &item.inner)
}
