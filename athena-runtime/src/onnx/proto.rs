//! The protobuf messages of an ONNX file that networks need: onnx.proto of ONNX 1.15 (IR version 9), with its field numbers.

/// The file.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Model {
    /// Version of the format itself.
    #[prost(int64, optional, tag = "1")]
    pub ir_version: Option<i64>,
    /// The tool that wrote it.
    #[prost(string, optional, tag = "2")]
    pub producer_name: Option<String>,
    /// That tool's version.
    #[prost(string, optional, tag = "3")]
    pub producer_version: Option<String>,
    /// A description.
    #[prost(string, optional, tag = "6")]
    pub doc_string: Option<String>,
    /// The network.
    #[prost(message, optional, tag = "7")]
    pub graph: Option<Graph>,
    /// The operator sets and their versions.
    #[prost(message, repeated, tag = "8")]
    pub opset_import: Vec<OperatorSet>,
}

/// A set of operators.
#[derive(Clone, PartialEq, prost::Message)]
pub struct OperatorSet {
    /// The domain; empty for ONNX's own operators.
    #[prost(string, optional, tag = "1")]
    pub domain: Option<String>,
    /// Its version.
    #[prost(int64, optional, tag = "2")]
    pub version: Option<i64>,
}

/// Nodes in topological order.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Graph {
    /// The nodes.
    #[prost(message, repeated, tag = "1")]
    pub node: Vec<Node>,
    /// The network's name.
    #[prost(string, optional, tag = "2")]
    pub name: Option<String>,
    /// Constants: weights, statistics, settings.
    #[prost(message, repeated, tag = "5")]
    pub initializer: Vec<Tensor>,
    /// The inputs.
    #[prost(message, repeated, tag = "11")]
    pub input: Vec<Value>,
    /// The outputs.
    #[prost(message, repeated, tag = "12")]
    pub output: Vec<Value>,
    /// The values between nodes.
    #[prost(message, repeated, tag = "13")]
    pub value_info: Vec<Value>,
}

/// One operation.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Node {
    /// Names of values and constants.
    #[prost(string, repeated, tag = "1")]
    pub input: Vec<String>,
    /// Names of values.
    #[prost(string, repeated, tag = "2")]
    pub output: Vec<String>,
    /// Its own name.
    #[prost(string, optional, tag = "3")]
    pub name: Option<String>,
    /// The operator.
    #[prost(string, optional, tag = "4")]
    pub op_type: Option<String>,
    /// Its attributes.
    #[prost(message, repeated, tag = "5")]
    pub attribute: Vec<Attribute>,
}

/// An attribute. `kind` says which of the values it has.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Attribute {
    /// Its name.
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    /// A number.
    #[prost(float, optional, tag = "2")]
    pub f: Option<f32>,
    /// A whole number.
    #[prost(int64, optional, tag = "3")]
    pub i: Option<i64>,
    /// A string.
    #[prost(bytes = "vec", optional, tag = "4")]
    pub s: Option<Vec<u8>>,
    /// Whole numbers.
    #[prost(int64, repeated, packed = "false", tag = "8")]
    pub ints: Vec<i64>,
    /// The kind of the value.
    #[prost(enumeration = "AttributeKind", optional, tag = "20")]
    pub kind: Option<i32>,
}

/// The kind of value of an [`Attribute`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub enum AttributeKind {
    /// Nothing.
    Undefined = 0,
    /// A number.
    Float = 1,
    /// A whole number.
    Int = 2,
    /// A string.
    Text = 3,
    /// Whole numbers.
    Ints = 7,
}

/// A constant.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Tensor {
    /// Its shape.
    #[prost(int64, repeated, packed = "false", tag = "1")]
    pub dims: Vec<i64>,
    /// Its element type.
    #[prost(enumeration = "ElementType", optional, tag = "2")]
    pub data_type: Option<i32>,
    /// Its name.
    #[prost(string, optional, tag = "8")]
    pub name: Option<String>,
    /// Its numbers, little-endian.
    #[prost(bytes = "vec", optional, tag = "9")]
    pub raw_data: Option<Vec<u8>>,
}

/// Element types of tensors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub enum ElementType {
    /// Nothing.
    Undefined = 0,
    /// `f32`
    Float = 1,
    /// `i64`
    Int64 = 7,
}

/// A value's name and type.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Value {
    /// Its name.
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    /// Its type.
    #[prost(message, optional, tag = "2")]
    pub r#type: Option<Type>,
}

/// A type. Only tensors are needed here.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Type {
    /// The type of a tensor.
    #[prost(message, optional, tag = "1")]
    pub tensor_type: Option<TensorType>,
}

/// The type of a tensor.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TensorType {
    /// Its element type.
    #[prost(enumeration = "ElementType", optional, tag = "1")]
    pub elem_type: Option<i32>,
    /// Its shape.
    #[prost(message, optional, tag = "2")]
    pub shape: Option<Shape>,
}

/// A shape.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Shape {
    /// The axes.
    #[prost(message, repeated, tag = "1")]
    pub dim: Vec<Dimension>,
}

/// The size of one axis.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Dimension {
    /// A number, or a name if it is free.
    #[prost(oneof = "Size", tags = "1, 2")]
    pub value: Option<Size>,
}

/// See [`Dimension`].
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Size {
    /// A known size.
    #[prost(int64, tag = "1")]
    Known(i64),
    /// A free size, with its name.
    #[prost(string, tag = "2")]
    Free(String),
}
