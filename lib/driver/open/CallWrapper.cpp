//===- CallWrapper.cpp - A function's convention, as IR -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/open/CallWrapper.h"
#include "driver/open/CallBuffer.h"
#include "jit/base/BitcodeBytes.h"
#include "jit/base/LlvmVersion.h"
#include "jit/target/Isa.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace remoterun::driver {

using Kind = ValueType::Kind;
using jit::StructPassing;
using jit::StructShape;

namespace {

class Wrapper {
public:
  Wrapper(Module &M, const Signature &Wanted, const Triple &Target)
      : M(M), Context(M.getContext()), Wanted(Wanted),
        Target(jit::isaOf(Target)), WordSize(Target.isArch64Bit() ? 8 : 4),
        Build(Context) {}

  void build(StringRef Name);

private:
  Type *typeOf(const ValueType &Its);
  Type *typeOf(const StructPassing::Piece &Its);
  StructShape shapeOf(const ValueType &Its) const;
  void addFields(const ValueType &Its, StructShape &Shape) const;
  unsigned sizeOf(const ValueType &Its) const;

  llvm::Value *at(llvm::Value *Memory, uint64_t Offset) {
    return Build.CreateConstGEP1_64(Build.getInt8Ty(), Memory, Offset);
  }
  llvm::Value *load(const ValueType &Its);
  llvm::Value *loadMemory();
  void add(llvm::Value *Argument, const ValueType &Its);
  void add(const ValueType &Parameter);
  void addStruct(const ValueType &Its);
  llvm::Value *roomFor(const StructShape &Shape);
  void store(llvm::Value *Result);
  void storeText(llvm::Value *Text);
  void storeStruct(const StructShape &Shape, llvm::Value *Memory);
  void call(llvm::Value *Function);

  Module &M;
  LLVMContext &Context;
  const Signature &Wanted;
  const jit::Isa &Target;
  unsigned WordSize;
  IRBuilder<> Build;
  llvm::Value *Buffer = nullptr;
  uint64_t Next = 0; ///< The offset of the next slot.
  jit::ArgumentRegisters Used;
  std::vector<llvm::Value *> Arguments;
  std::vector<AttributeSet> Attributes; ///< One for each.
  size_t Declared = 0; ///< Of a variadic function, so many have a type.
};

unsigned Wrapper::sizeOf(const ValueType &Its) const {
  if (Its.What == Kind::Bool)
    return 1;
  return Its.What == Kind::Pointer ? WordSize : Its.Size;
}

Type *Wrapper::typeOf(const ValueType &Its) {
  switch (Its.What) {
  case Kind::Void:
    return Build.getVoidTy();
  case Kind::Bool:
    return Build.getInt1Ty();
  case Kind::Signed:
  case Kind::Unsigned:
    return Build.getIntNTy(8 * Its.Size);
  case Kind::Float:
    return Its.Size == 4 ? Build.getFloatTy() : Build.getDoubleTy();
  default:
    return Build.getPtrTy();
  }
}

Type *Wrapper::typeOf(const StructPassing::Piece &Its) {
  Type *Element =
      Its.IsFloat ? (Its.Size == 4 ? Build.getFloatTy() : Build.getDoubleTy())
                  : Build.getIntNTy(8 * Its.Size);
  if (Its.IsVector)
    return FixedVectorType::get(Element, Its.Count);
  return Its.Count == 1 ? Element : ArrayType::get(Element, Its.Count);
}

void Wrapper::addFields(const ValueType &Its, StructShape &Shape) const {
  for (const ValueType &Field : Its.Fields) {
    if (Field.What == Kind::Struct) {
      // As C aligns it, by its strictest member; the members follow.
      StructShape Inner;
      addFields(Field, Inner);
      uint64_t Start = alignTo(Shape.Size, Inner.Alignment);
      for (StructShape::Field &Each : Inner.Fields)
        Shape.Fields.push_back(
            {Start + Each.Offset, Each.Size, Each.IsFloat, Each.IsPointer});
      Shape.Size = Start + alignTo(Inner.Size, Inner.Alignment);
      Shape.Alignment = std::max(Shape.Alignment, Inner.Alignment);
      continue;
    }
    uint64_t Size = sizeOf(Field);
    uint64_t Offset = alignTo(Shape.Size, Size);
    Shape.Fields.push_back({Offset, static_cast<uint8_t>(Size),
                            Field.What == Kind::Float,
                            Field.What == Kind::Pointer});
    Shape.Size = Offset + Size;
    Shape.Alignment = std::max(Shape.Alignment, Size);
  }
}

StructShape Wrapper::shapeOf(const ValueType &Its) const {
  StructShape Shape;
  addFields(Its, Shape);
  Shape.Size = alignTo(Shape.Size, Shape.Alignment);
  return Shape;
}

void Wrapper::add(llvm::Value *Argument, const ValueType &Its) {
  Arguments.push_back(Argument);
  AttrBuilder Extended(Context);
  bool IsShort = Its.Size < 4 || (Target.ExtendsWords && Its.Size == 4);
  bool IsSigned =
      Its.What == Kind::Signed || (Its.Size == 4 && Target.ExtendsWordsBySign);
  if (Its.What == Kind::Bool)
    Extended.addAttribute(Attribute::ZExt);
  else if ((Its.What == Kind::Signed || Its.What == Kind::Unsigned) && IsShort)
    Extended.addAttribute(IsSigned ? Attribute::SExt : Attribute::ZExt);
  Attributes.push_back(AttributeSet::get(Context, Extended));
  ++(Its.What == Kind::Float ? Used.Floats : Used.Integers);
}

llvm::Value *Wrapper::load(const ValueType &Its) {
  llvm::Value *Slot = at(Buffer, Next);
  Next += SlotSize;
  if (Its.What == Kind::Bool)
    return Build.CreateTrunc(Build.CreateLoad(Build.getInt8Ty(), Slot),
                             Build.getInt1Ty());
  return Build.CreateLoad(typeOf(Its), Slot);
}

/// The address of what is in the buffer, or null.
llvm::Value *Wrapper::loadMemory() {
  Type *Word = Build.getIntNTy(8 * WordSize);
  llvm::Value *Offset = Build.CreateLoad(Word, at(Buffer, Next));
  Next += SlotSize;
  llvm::Value *Address = Build.CreateGEP(Build.getInt8Ty(), Buffer, Offset);
  return Build.CreateSelect(Build.CreateIsNull(Offset),
                            Constant::getNullValue(Build.getPtrTy()), Address);
}

/// Zeroed, and with room for whole words behind it.
llvm::Value *Wrapper::roomFor(const StructShape &Shape) {
  ArrayType *Bytes =
      ArrayType::get(Build.getInt8Ty(), alignTo(Shape.Size, 8) + 8);
  AllocaInst *Memory = Build.CreateAlloca(Bytes);
  Memory->setAlignment(Align(16));
  Build.CreateStore(Constant::getNullValue(Bytes), Memory);
  return Memory;
}

void Wrapper::addStruct(const ValueType &Its) {
  StructShape Shape = shapeOf(Its);
  llvm::Value *Memory = roomFor(Shape);
  for (const StructShape::Field &Field : Shape.Fields) {
    Type *FieldType = Build.getIntNTy(8 * Field.Size);
    Build.CreateStore(Build.CreateLoad(FieldType, at(Buffer, Next)),
                      at(Memory, Field.Offset));
    Next += SlotSize;
  }
  StructPassing Passed = Target.PassStruct(Shape, /*IsResult=*/false, Used);
  if (Passed.By == StructPassing::Way::Pieces) {
    for (const StructPassing::Piece &Piece : Passed.Pieces) {
      Arguments.push_back(
          Build.CreateLoad(typeOf(Piece), at(Memory, Piece.Offset)));
      Attributes.push_back({});
    }
    return;
  }
  Arguments.push_back(Memory);
  AttrBuilder ByValue(Context);
  if (Passed.By == StructPassing::Way::Memory) {
    ByValue.addByValAttr(ArrayType::get(Build.getInt8Ty(), Shape.Size));
    ByValue.addAlignmentAttr(
        Align(std::max<uint64_t>(Shape.Alignment, WordSize)));
  } else {
    ++Used.Integers;
  }
  Attributes.push_back(AttributeSet::get(Context, ByValue));
}

void Wrapper::add(const ValueType &Parameter) {
  const ValueType Word = {Kind::Unsigned, static_cast<uint8_t>(WordSize), {}};
  switch (Parameter.What) {
  case Kind::Struct:
    return addStruct(Parameter);
  case Kind::Text:
    return add(loadMemory(), {Kind::Pointer, 8, {}});
  case Kind::Bytes:
  case Kind::MutableBytes:
    add(loadMemory(), {Kind::Pointer, 8, {}});
    return add(load(Word), Word);
  default:
    return add(load(Parameter), Parameter);
  }
}

/// As TextResult has it.
void Wrapper::storeText(llvm::Value *Text) {
  IntegerType *Word = Build.getIntNTy(8 * WordSize);
  llvm::Value *Empty = Build.CreateGlobalString("");
  llvm::Value *Readable =
      Build.CreateSelect(Build.CreateIsNull(Text), Empty, Text);
  FunctionCallee Measure =
      M.getOrInsertFunction("strnlen", Word, Build.getPtrTy(), Word);
  llvm::Value *Length = Build.CreateCall(
      Measure, {Readable, ConstantInt::get(Word, LongestText + 1)});
  llvm::Value *Copied = Build.CreateBinaryIntrinsic(
      Intrinsic::umin, Length,
      ConstantInt::get(Word, TextResult::Size - TextResult::Start));
  Build.CreateMemCpy(at(Buffer, TextResult::Start), Align(8), Readable,
                     Align(1), Copied);
  llvm::Value *Address = Build.CreatePtrToInt(Text, Word);
  Build.CreateStore(Length, at(Buffer, TextResult::Length));
  Build.CreateStore(
      Build.CreateSub(Address, Build.CreatePtrToInt(Buffer, Word)),
      at(Buffer, TextResult::Distance));
  Build.CreateStore(Address, at(Buffer, TextResult::Address));
}

void Wrapper::store(llvm::Value *Result) {
  if (Wanted.Result.What == Kind::Text)
    return storeText(Result);
  if (Wanted.Result.What == Kind::Bool)
    Result = Build.CreateZExt(Result, Build.getInt8Ty());
  Build.CreateStore(Result, Buffer);
}

void Wrapper::storeStruct(const StructShape &Shape, llvm::Value *Memory) {
  uint64_t Slot = 0;
  for (const StructShape::Field &Field : Shape.Fields) {
    Type *FieldType = Build.getIntNTy(8 * Field.Size);
    Build.CreateStore(Build.CreateLoad(FieldType, at(Memory, Field.Offset)),
                      at(Buffer, Slot));
    Slot += SlotSize;
  }
}

void Wrapper::call(llvm::Value *Function) {
  bool IsStruct = Wanted.Result.What == Kind::Struct;
  StructShape Shape;
  StructPassing Returned;
  llvm::Value *Memory = nullptr;
  Type *Result = typeOf(Wanted.Result);
  if (IsStruct) {
    Shape = shapeOf(Wanted.Result);
    jit::ArgumentRegisters None;
    Returned = Target.PassStruct(Shape, /*IsResult=*/true, None);
    Memory = roomFor(Shape);
    std::vector<Type *> Types;
    for (const StructPassing::Piece &Piece : Returned.Pieces)
      Types.push_back(typeOf(Piece));
    Result = Types.empty()       ? Build.getVoidTy()
             : Types.size() == 1 ? Types.front()
                                 : StructType::get(Context, Types);
    if (Returned.By != StructPassing::Way::Pieces) {
      // Its address takes the first register.
      Arguments.insert(Arguments.begin(), Memory);
      AttrBuilder Place(Context);
      Place.addStructRetAttr(ArrayType::get(Build.getInt8Ty(), Shape.Size));
      Place.addAlignmentAttr(Align(Shape.Alignment));
      Attributes.insert(Attributes.begin(), AttributeSet::get(Context, Place));
    }
  }
  std::vector<Type *> Types;
  for (llvm::Value *Argument : Arguments)
    Types.push_back(Argument->getType());
  if (Wanted.Named)
    Types.resize(Declared);
  CallInst *Call = Build.CreateCall(
      FunctionType::get(Result, Types, Wanted.Named.has_value()), Function,
      Arguments);
  for (unsigned I = 0; I != Attributes.size(); ++I)
    for (const Attribute &Each : Attributes[I])
      Call->addParamAttr(I, Each);
  if (!IsStruct) {
    if (!Result->isVoidTy())
      store(Call);
    return;
  }
  for (unsigned I = 0; I != Returned.Pieces.size(); ++I)
    Build.CreateStore(Returned.Pieces.size() == 1
                          ? static_cast<llvm::Value *>(Call)
                          : Build.CreateExtractValue(Call, I),
                      at(Memory, Returned.Pieces[I].Offset));
  storeStruct(Shape, Memory);
}

void Wrapper::build(StringRef Name) {
  auto *Its = FunctionType::get(Build.getVoidTy(),
                                {Build.getPtrTy(), Build.getPtrTy()}, false);
  Function *Made = Function::Create(Its, GlobalValue::ExternalLinkage, Name, M);
  // What is called may throw, or be looked at by a debugger.
  Made->setUWTableKind(UWTableKind::Default);
  Made->addFnAttr("frame-pointer", "non-leaf");
  Build.SetInsertPoint(BasicBlock::Create(Context, "", Made));
  Buffer = Made->getArg(1);
  if (Wanted.Result.What == Kind::Struct) {
    jit::ArgumentRegisters None;
    if (Target.PassStruct(shapeOf(Wanted.Result), true, None).By !=
        StructPassing::Way::Pieces)
      Used.Integers = 1;
  }
  for (size_t I = 0; I != Wanted.Parameters.size(); ++I) {
    if (I == Wanted.Named)
      Declared = Arguments.size();
    add(Wanted.Parameters[I]);
  }
  if (Wanted.Named == Wanted.Parameters.size())
    Declared = Arguments.size();
  call(Made->getArg(0));
  Build.CreateRetVoid();
}

void addKey(const ValueType &Its, std::string &Key) {
  Key += static_cast<char>('a' + static_cast<int>(Its.What));
  Key += std::to_string(Its.Size);
  if (Its.What != Kind::Struct)
    return;
  for (const ValueType &Field : Its.Fields)
    addKey(Field, Key);
  Key += '.';
}

} // namespace

std::string wrapperKey(const Signature &Type) {
  std::string Key;
  addKey(Type.Result, Key);
  if (Type.Named)
    Key += "v" + std::to_string(*Type.Named);
  for (const ValueType &Parameter : Type.Parameters)
    addKey(Parameter, Key);
  return Key;
}

std::string makeWrapper(const Signature &Type, StringRef Name,
                        const Triple &Target) {
  LLVMContext Context;
  Module M(Name, Context);
  jit::llvm_version::setTargetTriple(M, Target);
  Wrapper(M, Type, Target).build(Name);
  SmallVector<char, 0> Bitcode = jit::writeBitcode(M);
  return {Bitcode.data(), Bitcode.size()};
}

} // namespace remoterun::driver
