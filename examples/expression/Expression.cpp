//===- Expression.cpp - From an expression to a module --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expression.h"

#include <cctype>
#include <cstdlib>
#include <llvm/ADT/STLExtras.h>
#include <llvm/IR/IRBuilder.h>

using namespace llvm;
using remoterun::Blame;
using remoterun::Failure;

namespace {

bool isInside(char C) { return std::isalnum(C) || C == '_' || C == '.'; }

std::vector<std::string> wordsOf(std::string_view Text) {
  std::vector<std::string> Words;
  while (!Text.empty()) {
    size_t Length = 1;
    if (Text.starts_with("=="))
      Length = 2;
    else if (isInside(Text[0]))
      while (Length != Text.size() && isInside(Text[Length]))
        ++Length;
    if (!std::isspace(Text[0]))
      Words.emplace_back(Text.substr(0, Length));
    Text.remove_prefix(Length);
  }
  Words.emplace_back(); // The end.
  return Words;
}

/// A value, or the place in memory that has it; null where there is none.
struct Operand {
  Value *Its = nullptr;
  CType Type;
  bool IsPlace = false;

  explicit operator bool() const { return Its != nullptr; }
};

class Compiler {
public:
  Compiler(std::string_view Text, const Declarations &Known)
      : Words(wordsOf(Text)), Known(Known),
        Context(std::make_unique<LLVMContext>()),
        TheModule(std::make_unique<Module>("expression", *Context)),
        Build(*Context) {}

  remoterun::Expected<Evaluation> run();

private:
  Operand assignment();
  Operand binary(unsigned Level);
  Operand combined(char Operator, Operand Left, Operand Right);
  Operand unary();
  Operand postfix();
  Operand primary();
  Operand call(const std::string &Name, const Declaration &Its);
  Operand element(Operand Pointer, Operand Index);
  Operand valueOf(Operand Its);
  Value *converted(Operand From, CType To);

  Type *typeOf(CType Its) {
    if (Its.Stars)
      return Build.getPtrTy();
    switch (Its.Base) {
    case CType::Char:
      return Build.getInt8Ty();
    case CType::Int:
      return Build.getInt32Ty();
    case CType::Long:
      return Build.getInt64Ty();
    case CType::Double:
      return Build.getDoubleTy();
    }
    return nullptr;
  }
  const std::string &word() const { return Words[Next]; }
  bool take(std::string_view Wanted) {
    bool Is = word() == Wanted;
    Next += Is;
    return Is;
  }
  Operand fail(const std::string &Why) {
    if (Problem.empty())
      Problem = Why;
    return {};
  }

  std::vector<std::string> Words;
  size_t Next = 0;
  const Declarations &Known;
  std::unique_ptr<LLVMContext> Context;
  std::unique_ptr<Module> TheModule;
  IRBuilder<> Build;
  std::string Problem;
};

/// What is read from a place; integers become long.
Operand Compiler::valueOf(Operand Its) {
  if (!Its || !Its.IsPlace)
    return Its;
  Value *Read = Build.CreateLoad(typeOf(Its.Type), Its.Its);
  if (Its.Type.Stars || Its.Type.isDouble())
    return {Read, Its.Type};
  return {Build.CreateSExt(Read, Build.getInt64Ty()), {CType::Long, 0}};
}

/// A value for a place, or a parameter, of another type.
Value *Compiler::converted(Operand From, CType To) {
  if (To.Stars)
    return From.Type.Stars ? From.Its
                           : Build.CreateIntToPtr(From.Its, Build.getPtrTy());
  if (From.Type.Stars)
    return Build.CreatePtrToInt(From.Its, typeOf(To));
  if (To.isDouble())
    return From.Type.isDouble() ? From.Its
                                : Build.CreateSIToFP(From.Its, typeOf(To));
  if (From.Type.isDouble())
    return Build.CreateFPToSI(From.Its, typeOf(To));
  return Build.CreateTrunc(From.Its, typeOf(To));
}

Operand Compiler::assignment() {
  Operand Left = binary(0);
  if (!Left || !take("="))
    return Left;
  if (!Left.IsPlace)
    return fail("nothing can be assigned to this");
  Operand Right = valueOf(assignment());
  if (!Right)
    return {};
  Build.CreateStore(converted(Right, Left.Type), Left.Its);
  return Left;
}

Operand Compiler::binary(unsigned Level) {
  static const std::vector<std::string> Operators[] = {
      {"<", ">", "=="}, {"+", "-"}, {"*", "/", "%"}};
  if (Level == std::size(Operators))
    return unary();
  Operand Left = binary(Level + 1);
  while (Left && is_contained(Operators[Level], word())) {
    char Operator = Words[Next++][0];
    Operand Right = valueOf(binary(Level + 1));
    Left = valueOf(Left);
    if (!Right)
      return {};
    Left = combined(Operator, Left, Right);
  }
  return Left;
}

Operand Compiler::combined(char Operator, Operand Left, Operand Right) {
  if (Left.Type.Stars && Operator == '+')
    return {element(Left, Right).Its, Left.Type};
  const CType Long = {CType::Long, 0}, Double = {CType::Double, 0};
  if (Operator == '%' && (Left.Type.isDouble() || Right.Type.isDouble()))
    return fail("% is for integers");
  bool IsDouble = Left.Type.isDouble() || Right.Type.isDouble();
  CType Common = IsDouble ? Double : Long;
  Value *L = converted(Left, Common), *R = converted(Right, Common);
  auto Truth = [&](CmpInst::Predicate OfDoubles, CmpInst::Predicate OfLongs) {
    Value *Is = Build.CreateCmp(IsDouble ? OfDoubles : OfLongs, L, R);
    return Operand{Build.CreateZExt(Is, Build.getInt64Ty()), Long};
  };
  switch (Operator) {
  case '<':
    return Truth(CmpInst::FCMP_OLT, CmpInst::ICMP_SLT);
  case '>':
    return Truth(CmpInst::FCMP_OGT, CmpInst::ICMP_SGT);
  case '=':
    return Truth(CmpInst::FCMP_OEQ, CmpInst::ICMP_EQ);
  case '+':
    return {IsDouble ? Build.CreateFAdd(L, R) : Build.CreateAdd(L, R), Common};
  case '-':
    return {IsDouble ? Build.CreateFSub(L, R) : Build.CreateSub(L, R), Common};
  case '*':
    return {IsDouble ? Build.CreateFMul(L, R) : Build.CreateMul(L, R), Common};
  case '/':
    return {IsDouble ? Build.CreateFDiv(L, R) : Build.CreateSDiv(L, R), Common};
  default:
    return {Build.CreateSRem(L, R), Common};
  }
}

Operand Compiler::unary() {
  if (take("-")) {
    Operand Of = valueOf(unary());
    return Of ? combined('-', {Build.getInt64(0), {CType::Long, 0}}, Of) : Of;
  }
  if (take("*")) {
    Operand Of = valueOf(unary());
    if (Of && Of.Type.Stars)
      return {Of.Its, Of.Type.pointee(), /*IsPlace=*/true};
    return fail("* is for pointers");
  }
  if (take("&")) {
    Operand Of = unary();
    if (Of.IsPlace)
      return {Of.Its, {Of.Type.Base, Of.Type.Stars + 1}};
    return fail("& is for what lies in memory");
  }
  return postfix();
}

/// The place that \p Index is behind \p Pointer.
Operand Compiler::element(Operand Pointer, Operand Index) {
  CType Its = Pointer.Type.pointee();
  return {Build.CreateGEP(typeOf(Its), Pointer.Its,
                          converted(Index, {CType::Long, 0})),
          Its, /*IsPlace=*/true};
}

Operand Compiler::postfix() {
  Operand Its = primary();
  while (Its && take("[")) {
    Operand Pointer = valueOf(Its), Index = valueOf(assignment());
    if (!Index)
      return {};
    if (!Pointer.Type.Stars || !take("]"))
      return fail("[] is for pointers, and has to end");
    Its = element(Pointer, Index);
  }
  return Its;
}

Operand Compiler::primary() {
  if (take("(")) {
    Operand Inner = assignment();
    return !Inner || take(")") ? Inner : fail("')' is missing");
  }
  const std::string Word = word();
  if (Word.empty() || !isInside(Word[0]))
    return fail("a value is missing");
  ++Next;
  if (std::isdigit(Word[0])) {
    if (Word.find('.') != std::string::npos)
      return {ConstantFP::get(Build.getDoubleTy(), std::atof(Word.c_str())),
              {CType::Double, 0}};
    return {Build.getInt64(std::strtoull(Word.c_str(), nullptr, 0)),
            {CType::Long, 0}};
  }
  auto Found = Known.find(Word);
  if (Found == Known.end())
    return fail("'" + Word + "' is not declared");
  const Declaration &Its = Found->second;
  if (Its.IsFunction)
    return call(Word, Its);
  Value *Place = TheModule->getOrInsertGlobal(Word, typeOf(Its.Type));
  if (Its.IsArray)
    return {Place, {Its.Type.Base, Its.Type.Stars + 1}};
  return {Place, Its.Type, /*IsPlace=*/true};
}

Operand Compiler::call(const std::string &Name, const Declaration &Its) {
  if (!take("("))
    return fail("'" + Name + "' is a function, to be called");
  std::vector<Value *> Arguments;
  std::vector<Type *> Types;
  for (CType Parameter : Its.Parameters) {
    if (!Arguments.empty() && !take(","))
      return fail("'" + Name + "' takes more");
    Operand Argument = valueOf(assignment());
    if (!Argument)
      return {};
    Arguments.push_back(converted(Argument, Parameter));
    Types.push_back(typeOf(Parameter));
  }
  if (!take(")"))
    return fail("'" + Name + "' takes no more");
  auto Callee = TheModule->getOrInsertFunction(
      Name, FunctionType::get(typeOf(Its.Type), Types, /*isVarArg=*/false));
  CallInst *Call = Build.CreateCall(Callee, Arguments);
  // Most conventions want small integers extended.
  for (unsigned I = 0; I != Types.size(); ++I)
    if (Types[I]->isIntegerTy())
      Call->addParamAttr(I, Attribute::SExt);
  if (Its.Type.Stars || Its.Type.isDouble())
    return {Call, Its.Type};
  return {Build.CreateSExt(Call, Build.getInt64Ty()), {CType::Long, 0}};
}

remoterun::Expected<Evaluation> Compiler::run() {
  // Its type is known at the end.
  auto *Entry = BasicBlock::Create(*Context, "entry");
  Build.SetInsertPoint(Entry);
  auto *Draft = Function::Create(FunctionType::get(Build.getVoidTy(), false),
                                 GlobalValue::InternalLinkage, "", *TheModule);
  Entry->insertInto(Draft);
  Operand Result = valueOf(assignment());
  if (Result && !word().empty())
    Result = fail("nothing more can come");
  if (!Result)
    return Failure{Blame::Input, Problem};
  Build.CreateRet(Result.Its);
  auto *Its =
      Function::Create(FunctionType::get(Result.Its->getType(), false),
                       GlobalValue::ExternalLinkage, "evaluate", *TheModule);
  Its->setUWTableKind(UWTableKind::Default); // For backtraces.
  Its->splice(Its->begin(), Draft);
  Draft->eraseFromParent();
  return Evaluation{std::move(Context), std::move(TheModule), Result.Type};
}

} // namespace

bool takeDeclaration(std::string_view Text, Declarations &Known) {
  static const std::map<std::string, CType::Kind> Kinds = {
      {"char", CType::Char},
      {"int", CType::Int},
      {"long", CType::Long},
      {"double", CType::Double}};
  const std::vector<std::string> Words = wordsOf(Text);
  size_t Next = 0;
  auto TakeType = [&](CType &Its) {
    auto Found = Kinds.find(Words[Next]);
    if (Found == Kinds.end())
      return false;
    Its.Base = Found->second;
    while (Words[++Next] == "*")
      ++Its.Stars;
    return true;
  };
  Declaration Its;
  if (!TakeType(Its.Type) || Words[Next].empty())
    return false;
  const std::string &Name = Words[Next++];
  Its.IsArray = Words[Next] == "[";
  Its.IsFunction = Words[Next] == "(";
  for (CType Parameter; Its.IsFunction && !Words[Next].empty();) {
    ++Next; // A parenthesis, or a comma.
    if (TakeType(Parameter))
      Its.Parameters.push_back(Parameter);
    Parameter = {};
  }
  Known[Name] = std::move(Its);
  return true;
}

remoterun::Expected<Evaluation> compile(std::string_view Text,
                                        const Declarations &Known) {
  return Compiler(Text, Known).run();
}
