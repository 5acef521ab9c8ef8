/**
 * The decoded module: counts and tables of records that the validator fills and the lowering reads.
 * Records lie in the arena or point into the input; addresses are addresses in this memory, "index"
 * is always an index of the module's own index spaces (imports first). One module at a time.
 */

/** "No such index": no start function, no maximum, not imported. */
export const NONE: u32 = 0xffff_ffff;

export const enum ExternalKind {
  FUNCTION = 0,
  TABLE = 1,
  MEMORY = 2,
  GLOBAL = 3,
}

export const enum SegmentMode {
  ACTIVE = 0,
  PASSIVE = 1,
  DECLARATIVE = 2,
}

/** A function type: two byte arrays of `ValueType`, in the input. */
@unmanaged
@final
export class FunctionType {
  parameters: usize;
  parameterCount: u32;
  results: usize;
  resultCount: u32;
  /** Index of the first type with the same shape: equal types have equal canonical indices. */
  canonical: u32;

  @inline
  static at(index: u32): FunctionType {
    return changetype<FunctionType>(Module.types + <usize>index * FUNCTION_TYPE_SIZE);
  }

  @inline
  parameter(index: u32): u32 {
    return load<u8>(this.parameters + index);
  }

  @inline
  result(index: u32): u32 {
    return load<u8>(this.results + index);
  }
}

@unmanaged
@final
export class Import {
  moduleName: usize;
  moduleNameSize: u32;
  fieldName: usize;
  fieldNameSize: u32;
  kind: ExternalKind;
  /** Its index in the index space of its kind. */
  index: u32;

  @inline
  static at(index: u32): Import {
    return changetype<Import>(Module.imports + <usize>index * IMPORT_SIZE);
  }
}

/** A function, imported or defined; the numbers of its body are exact after validation. */
@unmanaged
@final
export class WasmFunction {
  typeIndex: u32;
  /** Index in `Import`, or NONE. */
  importIndex: u32;
  /** First byte of the local declarations, and the byte after the final `end`. */
  bodyStart: usize;
  bodyEnd: usize;
  /** First byte of the first operator. */
  codeStart: usize;
  /** Parameters and declared locals together. */
  localCount: u32;
  /** Operators in the body, the most operands on the stack, the deepest nesting of blocks. */
  operatorCount: u32;
  operandsMaximum: u32;
  controlsMaximum: u32;
  /** Name from the name section, in the input; size 0 when it has none. */
  name: usize;
  nameSize: u32;
  /** 1 when it is exported, in an element segment or a global: it may be called by reference. */
  referenced: u32;

  @inline
  static at(index: u32): WasmFunction {
    return changetype<WasmFunction>(Module.functions + <usize>index * FUNCTION_SIZE);
  }

  @inline
  type(): FunctionType {
    return FunctionType.at(this.typeIndex);
  }
}

@unmanaged
@final
export class Table {
  /** ValueType.FUNCREF or ValueType.EXTERNREF. */
  type: u32;
  minimum: u32;
  /** NONE when there is none. */
  maximum: u32;
  importIndex: u32;

  @inline
  static at(index: u32): Table {
    return changetype<Table>(Module.tables + <usize>index * TABLE_SIZE);
  }
}

/** A constant expression, always one operator at our level. */
@unmanaged
@final
export class Constant {
  /** I32_CONST, I64_CONST, F32_CONST, F64_CONST, REF_NULL, REF_FUNC or GLOBAL_GET. */
  operator: u32;
  /** The value's bits; the index of REF_FUNC and GLOBAL_GET in `low`. */
  low: u32;
  high: u32;
}

@unmanaged
@final
export class Global {
  type: u32;
  mutable: u32;
  importIndex: u32;
  /** Initial value of a defined global (inline `Constant`). */
  operator: u32;
  low: u32;
  high: u32;

  @inline
  static at(index: u32): Global {
    return changetype<Global>(Module.globals + <usize>index * GLOBAL_SIZE);
  }

  @inline
  get initial(): Constant {
    return changetype<Constant>(changetype<usize>(this) + offsetof<Global>("operator"));
  }
}

@unmanaged
@final
export class Export {
  name: usize;
  nameSize: u32;
  kind: ExternalKind;
  index: u32;

  @inline
  static at(index: u32): Export {
    return changetype<Export>(Module.exports + <usize>index * EXPORT_SIZE);
  }
}

/** An element segment; `items` is an array of `ElementItem`. */
@unmanaged
@final
export class ElementSegment {
  mode: SegmentMode;
  table: u32;
  type: u32;
  items: usize;
  itemCount: u32;
  /** Offset of an active segment (inline `Constant`). */
  operator: u32;
  low: u32;
  high: u32;

  @inline
  static at(index: u32): ElementSegment {
    return changetype<ElementSegment>(Module.elements + <usize>index * ELEMENT_SEGMENT_SIZE);
  }

  @inline
  get offset(): Constant {
    return changetype<Constant>(changetype<usize>(this) + offsetof<ElementSegment>("operator"));
  }

  @inline
  item(index: u32): ElementItem {
    return changetype<ElementItem>(this.items + <usize>index * ELEMENT_ITEM_SIZE);
  }
}

@unmanaged
@final
export class ElementItem {
  /** REF_FUNC, REF_NULL or GLOBAL_GET. */
  operator: u32;
  index: u32;
}

@unmanaged
@final
export class DataSegment {
  /** ACTIVE or PASSIVE. */
  mode: SegmentMode;
  /** Its bytes, in the input. */
  bytes: usize;
  size: u32;
  /** Offset of an active segment (inline `Constant`). */
  operator: u32;
  low: u32;
  high: u32;

  @inline
  static at(index: u32): DataSegment {
    return changetype<DataSegment>(Module.datas + <usize>index * DATA_SEGMENT_SIZE);
  }

  @inline
  get offset(): Constant {
    return changetype<Constant>(changetype<usize>(this) + offsetof<DataSegment>("operator"));
  }
}

export const FUNCTION_TYPE_SIZE: usize = 20;
export const IMPORT_SIZE: usize = 24;
export const FUNCTION_SIZE: usize = 48;
export const TABLE_SIZE: usize = 16;
export const GLOBAL_SIZE: usize = 24;
export const EXPORT_SIZE: usize = 16;
export const ELEMENT_SEGMENT_SIZE: usize = 32;
export const ELEMENT_ITEM_SIZE: usize = 8;
export const DATA_SEGMENT_SIZE: usize = 24;

if (offsetof<FunctionType>() !== FUNCTION_TYPE_SIZE) ERROR("FUNCTION_TYPE_SIZE is out of date");
if (offsetof<Import>() !== IMPORT_SIZE) ERROR("IMPORT_SIZE is out of date");
if (offsetof<WasmFunction>() !== FUNCTION_SIZE) ERROR("FUNCTION_SIZE is out of date");
if (offsetof<Table>() !== TABLE_SIZE) ERROR("TABLE_SIZE is out of date");
if (offsetof<Global>() !== GLOBAL_SIZE) ERROR("GLOBAL_SIZE is out of date");
if (offsetof<Export>() !== EXPORT_SIZE) ERROR("EXPORT_SIZE is out of date");
if (offsetof<ElementSegment>() !== ELEMENT_SEGMENT_SIZE)
  ERROR("ELEMENT_SEGMENT_SIZE is out of date");
if (offsetof<ElementItem>() !== ELEMENT_ITEM_SIZE) ERROR("ELEMENT_ITEM_SIZE is out of date");
if (offsetof<DataSegment>() !== DATA_SEGMENT_SIZE) ERROR("DATA_SEGMENT_SIZE is out of date");

/** The module in hand. Counts include imports; `importedX` is how many of them are imported. */
export class Module {
  /** The whole input. */
  static bytes: usize = 0;
  static size: u32 = 0;

  static types: usize = 0;
  static typeCount: u32 = 0;
  static imports: usize = 0;
  static importCount: u32 = 0;

  static functions: usize = 0;
  static functionCount: u32 = 0;
  static importedFunctionCount: u32 = 0;

  static tables: usize = 0;
  static tableCount: u32 = 0;
  static importedTableCount: u32 = 0;

  static memoryPresent: bool = false;
  static memoryMinimum: u32 = 0;
  /** NONE when there is none. */
  static memoryMaximum: u32 = NONE;
  static memoryImportIndex: u32 = NONE;

  static globals: usize = 0;
  static globalCount: u32 = 0;
  static importedGlobalCount: u32 = 0;

  static exports: usize = 0;
  static exportCount: u32 = 0;

  /** Function index of the start section, or NONE. */
  static startFunction: u32 = NONE;

  static elements: usize = 0;
  static elementCount: u32 = 0;
  static datas: usize = 0;
  static dataCount: u32 = 0;
  /** What the data count section says; NONE without one. */
  static dataCountDeclared: u32 = NONE;

  static reset(bytes: usize, size: u32): void {
    Module.bytes = bytes;
    Module.size = size;
    Module.typeCount = 0;
    Module.importCount = 0;
    Module.functionCount = 0;
    Module.importedFunctionCount = 0;
    Module.tableCount = 0;
    Module.importedTableCount = 0;
    Module.memoryPresent = false;
    Module.memoryMinimum = 0;
    Module.memoryMaximum = NONE;
    Module.memoryImportIndex = NONE;
    Module.globalCount = 0;
    Module.importedGlobalCount = 0;
    Module.exportCount = 0;
    Module.startFunction = NONE;
    Module.elementCount = 0;
    Module.dataCount = 0;
    Module.dataCountDeclared = NONE;
  }
}
