//! The summary shows what a layer reads if that is not the layer above it.
#![allow(missing_docs)]

use athena::prelude::*;

resnet! {
    struct Net(3x16x16) -> 10 {
        let early = input -> pool: max_pool(2);
        input
            -> stem: conv(8, 3x3, stride = 2)
            -> stage: 2 * basic(8)
            -> || early
            -> gated: gated(11)
            -> global_avg_pool -> flatten -> linear(10)
    }

    block basic(filters) {
        input -> conv(filters, 3x3) -> batch_norm -> relu -> conv(filters, 3x3) -> batch_norm -> + input -> relu
    }

    block gated(filters) {
        let gate = input -> global_avg_pool -> conv(filters, 1x1) -> sigmoid;
        input * gate
    }
}

resnet! {
    struct Sum(3x8x8) -> 4 {
        (input -> a: conv(4, 3x3)) + (input -> b: conv(4, 1x1)) + (input -> c: conv(4, 5x5))
            -> flatten -> linear(4)
    }
}

/// The first two columns of a summary: a layer's name and its word.
fn rows(summary: &str) -> Vec<(String, String)> {
    let heading = summary.lines().nth(1).expect("headings");
    let [word, output] = ["layer", "output"].map(|title| heading.find(title).expect("a column"));
    let rows = summary.lines().skip(3).take_while(|line| !line.starts_with('-'));
    rows.map(|row| (row[..word].trim().to_owned(), row[word..output].trim().to_owned())).collect()
}

fn word<'a>(rows: &'a [(String, String)], name: &str) -> &'a str {
    &rows.iter().find(|row| row.0 == name).unwrap_or_else(|| panic!("no row {name} in {rows:?}")).1
}

#[test]
fn joins_name_what_they_join() {
    let rows = rows(&Net::summary().to_string());
    for (name, expected) in [
        ("pool", "max_pool"),
        ("stem", "conv of input"),
        ("stage.0.conv1", "conv"),
        ("stage.0.add1", "+ stem"),
        ("stage.1.add1", "+ stage.0.relu2"),
        ("concat1", "|| pool"),
        ("gated.multiply1", "concat1 * gated.sigmoid1"),
    ] {
        assert_eq!(word(&rows, name), expected, "{rows:?}");
    }
}

#[test]
fn a_join_of_several_chains_names_them_all() {
    let rows = rows(&Sum::summary().to_string());
    assert_eq!(word(&rows, "a"), "conv");
    assert_eq!(word(&rows, "b"), "conv of input");
    assert_eq!(word(&rows, "add1"), "a + b + c");
}
