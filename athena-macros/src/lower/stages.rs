//! Lowers chains, stages and calls.

use super::evaluated::{Evaluated, Value};
use super::scope::{Place, Scope, Steps, subpath};
use super::{Lowerer, Repeat, labels};
use crate::ast::{Arg, Block, Call, Chain, Expr, Join, Merge, Operand, OperandKind, Stage, Step};
use crate::errors::Error;
use crate::graph::{NodeId, WrittenOp, WrittenStep};
use crate::layers::{self, word::Args};
use crate::loc::Loc;
use crate::resolve::bind_block;
use crate::words;
use std::collections::HashMap;
use std::rc::Rc;

impl<'a> Lowerer<'a> {
    /// Lowers a chain and returns its value.
    pub fn chain(&mut self, chain: &'a Chain, scope: &mut Scope) -> NodeId {
        let mut value = self.merge(&chain.head, scope);
        for stage in &chain.stages {
            value = self.stage(stage, value, &Place::Chain, scope).0;
        }
        value
    }

    fn merge(&mut self, merge: &'a Merge, scope: &mut Scope) -> NodeId {
        let inputs: Vec<NodeId> = merge.operands.iter().map(|operand| self.operand(operand, scope)).collect();
        let Some(kind) = merge.join else {
            return inputs.first().copied().unwrap_or_else(|| self.unknown(Vec::new(), merge.loc, scope));
        };
        if merge.is_broken {
            return self.unknown(inputs, merge.loc, scope);
        }
        let path = scope.path(&Place::Chain, None, kind.word());
        let step = join_step(merge.operator, merge.loc, merge.text.clone(), &merge.operands, false);
        self.join(kind, inputs, path, step, scope)
    }

    fn join(&mut self, kind: Join, inputs: Vec<NodeId>, path: String, step: WrittenStep, scope: &Scope) -> NodeId {
        self.node(layers::of_join(kind), inputs, path, kind.symbol(), scope.frame, Rc::new(step))
    }

    fn operand(&mut self, operand: &'a Operand, scope: &mut Scope) -> NodeId {
        if !self.count_step() {
            return self.unknown(Vec::new(), operand.loc, scope);
        }
        match &operand.kind {
            OperandKind::Name(name) => match scope.values.get(&name.text) {
                Some(value) if !self.resolved.is_broken(name.loc) => *value,
                _ => self.unknown(Vec::new(), operand.loc, scope),
            },
            OperandKind::Chain(chain) => {
                if !self.enter(operand.loc, || "write `input`, or give the inner part a name with `let`".into()) {
                    return self.unknown(Vec::new(), operand.loc, scope);
                }
                let value = self.chain(chain, scope);
                self.leave();
                value
            }
            OperandKind::Broken => self.unknown(Vec::new(), operand.loc, scope),
        }
    }

    pub(super) fn unknown(&mut self, inputs: Vec<NodeId>, at: Loc, scope: &Scope) -> NodeId {
        let step = WrittenStep::nowhere(at);
        self.node(WrittenOp::Unknown, inputs, String::new(), "", scope.frame, Rc::new(step))
    }

    /// Lowers a stage. Returns its value and the number of list positions that it takes.
    fn stage(&mut self, stage: &'a Stage, input: NodeId, place: &Place, scope: &mut Scope) -> (NodeId, u64) {
        if scope.frame == 0 && self.depth == 0 {
            self.outermost = (step_loc(stage), removal(stage));
        }
        let label = stage.label.as_ref().map(|label| label.text.as_str());
        let steps = match &stage.numbers {
            Some(numbers) => self.numbered(scope.numbered(place, numbers), numbers, scope.frame),
            None => Steps::of(scope.path(place, label, path_word(&stage.step))),
        };
        let rounds = match &stage.repeat {
            Some(count) => self.rounds(count, scope),
            None => Some(1),
        };
        let Some(rounds) = rounds else {
            let value = self.unknown(vec![input], stage.loc, scope);
            self.name_label(stage, value, scope);
            return (value, 1);
        };
        let (is_labelled, outer) = (label.is_some() || stage.numbers.is_some(), scope.round);
        let mut value = input;
        self.repeats.extend(stage.repeat.as_ref().map(|count| Repeat {
            count: count.loc,
            text: count.text.clone(),
            round: 0,
        }));
        for round in 0..rounds {
            if let Some(repeat) = self.repeats.last_mut().filter(|_| stage.repeat.is_some()) {
                repeat.round = round + 1;
            }
            if !self.count_step() {
                value = self.unknown(vec![value], stage.loc, scope);
                break;
            }
            let round_of = match (place, &stage.repeat) {
                (_, None) => steps.clone(),
                (Place::List { steps, index }, Some(_)) if !is_labelled => Steps::of(steps.at(index + round)),
                (_, Some(_)) => Steps::of(steps.at(round)),
            };
            let counted = stage.repeat.is_some().then_some((round + 1, rounds));
            scope.round = if stage.repeat.is_some() { Some(round) } else { outer };
            value = self.step(stage, value, round_of, counted, scope);
        }
        scope.round = outer;
        self.repeats.truncate(self.repeats.len() - usize::from(stage.repeat.is_some()));
        self.name_label(stage, value, scope);
        (value, if is_labelled { 1 } else { rounds })
    }

    fn name_label(&self, stage: &Stage, value: NodeId, scope: &mut Scope) {
        if let Some(label) = &stage.label {
            self.name_value(label, value, scope);
        }
    }

    /// The number of repeats; `None` if it is not valid.
    fn rounds(&mut self, count: &Expr, scope: &Scope) -> Option<u64> {
        let evaluated = self.evaluate(count, scope);
        let help = match evaluated.value {
            Value::Int(rounds @ 1..) => return Some(rounds),
            Value::Unknown => return None,
            Value::Int(_) => "write `1`, or remove the step",
            _ => "write a whole number, such as `3`",
        };
        let fact = format!("a step is repeated once or more, found `{}`", evaluated.value.text());
        self.report(Error::new(evaluated.origin, fact).help(help), scope.frame);
        None
    }

    fn step(
        &mut self,
        stage: &'a Stage,
        input: NodeId,
        steps: Steps,
        round: Option<(u64, u64)>,
        scope: &mut Scope,
    ) -> NodeId {
        let path = steps.path.clone();
        match &stage.step {
            Step::Call(call) if self.resolved.is_broken(call.loc) => match words::find(&call.word.text) {
                Some(word) => {
                    let step = Rc::new(WrittenStep::nowhere(call.loc));
                    self.node(WrittenOp::Unknown, vec![input], path, word.name, scope.frame, step)
                }
                None => self.unknown(vec![input], call.loc, scope),
            },
            Step::Call(call) => match self.resolved.blocks.get(&call.word.text) {
                Some(&index) => {
                    let file = self.file;
                    self.call(&file.blocks[index], call, input, path, round, scope)
                }
                None => self.layer(call, input, path, scope),
            },
            Step::Join(kind, operands, sign) => {
                let mut inputs = vec![input];
                for operand in operands {
                    inputs.push(self.operand(operand, scope));
                }
                let step = join_step(*sign, stage.loc, stage.text.clone(), operands, true);
                self.join(*kind, inputs, path, step, scope)
            }
            Step::List(stages) => self.list(stages, stage.loc, input, &steps, scope),
            Step::Own(own) => self.own_layer(own, input, path, scope),
            Step::Broken => self.unknown(vec![input], stage.loc, scope),
        }
    }

    fn list(&mut self, stages: &'a [Stage], at: Loc, input: NodeId, steps: &Steps, scope: &mut Scope) -> NodeId {
        if !self.enter(at, || "write `relu`, or make the inner part a block".into()) {
            return self.unknown(vec![input], at, scope);
        }
        let mut value = input;
        let mut index = 0u64;
        for stage in stages {
            let (next, taken) = self.stage(stage, value, &Place::List { steps, index }, scope);
            value = next;
            index = index.saturating_add(taken);
        }
        self.leave();
        value
    }

    fn layer(&mut self, call: &'a Call, input: NodeId, path: String, scope: &mut Scope) -> NodeId {
        let Some(word) = words::find(&call.word.text) else {
            return self.unknown(vec![input], call.loc, scope);
        };
        let args = self.args(word, call, scope);
        let op = (word.lower)(&args);
        let activation = args.word("activation").and_then(words::find);
        let step = Rc::new(WrittenStep {
            word: call.word.loc,
            loc: call.loc,
            text: call.text.clone(),
            name: call.word.text.clone(),
            args: args.given,
            removal: call.removal.clone(),
            ..WrittenStep::nowhere(call.loc)
        });
        let value = self.node(op, vec![input], path.clone(), word.name, scope.frame, step.clone());
        let Some(activation) = activation else { return value };
        let op = (activation.lower)(&Args::defaults(activation));
        self.node(op, vec![value], subpath(&path, activation.name), activation.name, scope.frame, step)
    }

    fn call(
        &mut self,
        block: &'a Block,
        call: &'a Call,
        input: NodeId,
        path: String,
        round: Option<(u64, u64)>,
        scope: &mut Scope,
    ) -> NodeId {
        if !self.enter(call.word.loc, || format!("remove `{}`", call.removal)) {
            return self.unknown(vec![input], call.loc, scope);
        }
        self.count_values(block.params.len());
        let (bound, _) = bind_block(block, call);
        let params = self.params(block, &bound, scope);
        let frame = self.frame(Some(scope.frame), call.text.clone(), round, &block.body, params.keys());
        let inputs = HashMap::from([("input".to_string(), input)]);
        let mut inner = Scope::new(frame, inputs, params, path, labels(&block.body));
        self.defaults(block, &bound, &mut inner);
        self.graph.frames[frame].numbers = inner.numbers();
        self.graph.frames[frame].without = self.without(call, round);
        let value = self.body(&block.body, &mut inner);
        let value = value.unwrap_or_else(|| self.unknown(vec![input], call.loc, scope));
        self.leave();
        value
    }

    /// The help that removes a call, or this repeat and those after it.
    fn without(&self, call: &Call, round: Option<(u64, u64)>) -> Option<String> {
        let text = &call.text;
        match round {
            None => Some(format!("remove `{}`", call.removal)),
            Some((round, rounds)) if round > 1 && self.repeats.last()?.text == rounds.to_string() => {
                Some(format!("write `{} * {text}` instead of `{rounds} * {text}`", round - 1))
            }
            Some(_) => None,
        }
    }

    /// The arguments of a call, evaluated in the scope of the call.
    fn params(&mut self, block: &Block, bound: &[Option<&Arg>], scope: &Scope) -> HashMap<String, Evaluated> {
        let mut params = HashMap::new();
        for (param, arg) in block.params.iter().zip(bound) {
            let value = match arg {
                Some(arg) => self.evaluate(&arg.value, scope),
                None => Evaluated { value: Value::Unknown, origin: param.name.loc },
            };
            params.insert(param.name.text.clone(), value);
        }
        params
    }

    /// Adds the defaults of missing arguments, evaluated in the scope of the block, where earlier parameters are known.
    fn defaults(&mut self, block: &Block, bound: &[Option<&Arg>], inner: &mut Scope) {
        for (param, _) in block.params.iter().zip(bound).filter(|(_, arg)| arg.is_none()) {
            if let Some(default) = &param.default {
                let value = self.evaluate(default, inner);
                inner.params.insert(param.name.text.clone(), value);
            }
        }
    }
}

/// The name of an unlabelled step in paths, before its number.
fn path_word(step: &Step) -> &str {
    match step {
        Step::Call(call) => &call.word.text,
        Step::Own(own) => &own.word,
        Step::Join(kind, ..) => kind.word(),
        Step::List(_) => "list",
        Step::Broken => "unknown",
    }
}

fn step_loc(stage: &Stage) -> Loc {
    match &stage.step {
        Step::Call(call) => call.word.loc,
        Step::Own(own) => own.loc,
        Step::Join(_, _, sign) => *sign,
        Step::List(_) | Step::Broken => stage.loc,
    }
}

/// The text to remove in order to remove a stage.
fn removal(stage: &Stage) -> String {
    match &stage.step {
        Step::Call(call) => call.removal.clone(),
        Step::Own(_) | Step::Join(..) | Step::List(_) | Step::Broken => format!("-> {}", stage.text),
    }
}

fn join_step(sign: Loc, loc: Loc, text: String, operands: &[Operand], continues: bool) -> WrittenStep {
    let operands = operands.iter().map(|operand| (operand.loc, operand.text.clone())).collect();
    let removal = if continues { format!("-> {text}") } else { String::new() };
    WrittenStep { word: sign, text, operands, continues, removal, ..WrittenStep::nowhere(loc) }
}
