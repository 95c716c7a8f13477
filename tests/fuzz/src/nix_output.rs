//! What Nix printed to a diagnostic: whatever the bytes, a diagnostic that can be shown.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nixedit_core::syntax::parse::with_large_stack;
use nixedit_core::system::nix_output::{SourceRoots, parse_events};
use nixedit_core::validate::locate::{CandidateFiles, to_diagnostic};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

const MESH: &str = include_str!("../../../crates/nixedit-core/src/system/nix_output/recorded/mesh.json");

struct Mesh(BTreeMap<String, Arc<str>>);

impl CandidateFiles for Mesh {
    fn text(&self, path: &str) -> Option<Arc<str>> {
        self.0.get(path).cloned()
    }
    fn nix_files(&self) -> Vec<String> {
        self.0.keys().filter(|path| path.ends_with(".nix")).cloned().collect()
    }
    fn package_names(&self) -> Vec<String> {
        ["ripgrep", "neovim", "hello"].map(str::to_owned).into()
    }
}

static FILES: LazyLock<Mesh> = LazyLock::new(|| {
    let texts: BTreeMap<String, String> = serde_json::from_str(MESH).expect("the recorded flake");
    Mesh(texts.into_iter().map(|(path, text)| (path, text.into())).collect())
});

static ROOTS: LazyLock<SourceRoots> = LazyLock::new(|| SourceRoots {
    store_path: Some(format!("/nix/store/{}-source", "a".repeat(32))),
    repositories: vec!["/home/zk/mesh".to_owned()],
    revision: Some("1".repeat(40)),
    subdirectory: String::new(),
});

fuzz_target!(|data: &[u8]| {
    let Some(failure) = parse_events(data) else { return };
    let diagnostic = with_large_stack(|| to_diagnostic(&failure, &ROOTS, &*FILES));
    assert!(!diagnostic.message.contains('\u{1b}'), "colours in the message: {:?}", diagnostic.message);
    for label in &diagnostic.labels {
        assert_eq!(FILES.0.get(&label.file), Some(&label.source), "a label in a file that is not there: {label:?}");
        assert!(label.source.get(label.span.start..label.span.end).is_some(), "a label that cuts a character: {label:?}");
    }
    let _ = (failure.code(), failure.module_argument(), failure.input());
});
