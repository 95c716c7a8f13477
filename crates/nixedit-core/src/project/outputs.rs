//! The value of a flake's `outputs`, ready to be read.

use super::evaluate::Evaluator;
use super::flake::{FLAKE, top_set};
use super::value::{Kind, Opaque, Root, State, Thunk, Value};
use crate::diagnostic::Result;
use crate::project::Project;
use std::rc::Rc;

impl Project {
    /// An evaluator that knows the outputs of this flake.
    pub(super) fn evaluator(&self) -> Result<Evaluator<'_>> {
        let flake = self.flake()?;
        let mut inputs: Vec<String> = flake.inputs.iter().map(|input| input.name.clone()).collect();
        // A name of the pattern that is no declared input comes from the registry.
        inputs.extend(flake.outputs.iter().flat_map(|head| head.names.iter().map(|(name, _)| name.clone())).filter(|name| name != "self"));
        let evaluator = Evaluator::new(self, inputs);
        let source = self.source(FLAKE)?;
        if let Some(set) = top_set(&source.root) {
            let file: Rc<str> = FLAKE.into();
            let attrs = evaluator.attr_set(&set, &evaluator.scope(&file, None, None));
            if let Some(outputs) = attrs.get("outputs") {
                let arguments = Value::new(Kind::Opaque(Opaque::new(Root::Inputs, &[])), &outputs.place);
                let state = State::Apply(outputs.value.clone(), vec![Thunk::done(arguments)], outputs.place.clone());
                evaluator.outputs.replace(Some(Thunk::new(state)));
            }
        }
        Ok(evaluator)
    }
}
