//===- Language.cpp - From a line to a module -----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Language.h"

#include <cctype>
#include <cstdlib>
#include <llvm/IR/IRBuilder.h>
#include <vector>

using namespace llvm;
using remoterun::Blame;
using remoterun::Failure;

namespace {

/// Cuts a line into words: names, numbers, and single characters ("==" is one).
class Words {
public:
  explicit Words(std::string_view Text) : Rest(Text) { next(); }

  const std::string &word() const { return Word; }
  bool isName() const { return !Word.empty() && std::isalpha(Word[0]); }
  bool isNumber() const {
    return !Word.empty() && (std::isdigit(Word[0]) || Word[0] == '.');
  }

  void next() {
    while (!Rest.empty() && std::isspace(Rest[0]))
      Rest.remove_prefix(1);
    size_t Length = Rest.empty() ? 0 : 1;
    auto IsInside = [](char C) { return std::isalnum(C) || C == '.'; };
    if (Rest.starts_with("=="))
      Length = 2;
    else if (Length && IsInside(Rest[0]))
      while (Length != Rest.size() && IsInside(Rest[Length]))
        ++Length;
    Word = Rest.substr(0, Length);
    Rest.remove_prefix(Length);
  }

  bool take(std::string_view Wanted) {
    if (Word != Wanted)
      return false;
    next();
    return true;
  }

private:
  std::string_view Rest;
  std::string Word;
};

/// Reads a line and writes its code at once. Where something is wrong, a null
/// value is passed up, and Problem says what it is.
class LineCompiler {
public:
  LineCompiler(std::string_view Text, const std::string &Name,
               const KnownFunctions &Known)
      : Input(Text), Known(Known), Context(std::make_unique<LLVMContext>()),
        TheModule(std::make_unique<Module>(Name, *Context)), Build(*Context),
        Double(Type::getDoubleTy(*Context)) {}

  remoterun::Expected<Line> run(const std::string &Name);

private:
  Function *definition();
  Function *body(const std::string &Name,
                 const std::vector<std::string> &Names);
  Value *expression();
  Value *conditional();
  Value *sum();
  Value *additive();
  Value *term();
  Value *factor();
  Value *name();
  Value *call(const std::string &Name, ArrayRef<Value *> Arguments);
  Value *truth(Value *Of) {
    return Build.CreateFCmpONE(Of, ConstantFP::get(Double, 0));
  }
  FunctionType *typeOf(size_t Parameters) {
    return FunctionType::get(Double, std::vector<Type *>(Parameters, Double),
                             false);
  }

  bool expect(std::string_view Wanted) {
    return Input.take(Wanted) ||
           fail("'" + std::string(Wanted) + "' is missing");
  }
  std::nullptr_t fail(const std::string &Why) {
    if (Problem.empty())
      Problem = "before " +
                (Input.word().empty() ? "the end" : "'" + Input.word() + "'") +
                ": " + Why;
    return nullptr;
  }

  Words Input;
  const KnownFunctions &Known;
  std::unique_ptr<LLVMContext> Context;
  std::unique_ptr<Module> TheModule;
  IRBuilder<> Build;
  Type *Double;
  std::map<std::string, Value *> Variables;
  Function *Its = nullptr; ///< What the line becomes.
  std::string Problem;
};

Value *LineCompiler::conditional() {
  Value *Condition = expression();
  if (!Condition || !expect("then"))
    return nullptr;
  auto *Then = BasicBlock::Create(*Context, "then", Its);
  auto *Else = BasicBlock::Create(*Context, "else", Its);
  auto *After = BasicBlock::Create(*Context, "after", Its);
  Build.CreateCondBr(truth(Condition), Then, Else);

  Build.SetInsertPoint(Then);
  Value *First = expression();
  Then = Build.GetInsertBlock();
  Build.CreateBr(After);
  if (!First || !expect("else"))
    return nullptr;
  Build.SetInsertPoint(Else);
  Value *Second = expression();
  Else = Build.GetInsertBlock();
  Build.CreateBr(After);
  if (!Second)
    return nullptr;

  Build.SetInsertPoint(After);
  PHINode *Result = Build.CreatePHI(Double, 2);
  Result->addIncoming(First, Then);
  Result->addIncoming(Second, Else);
  return Result;
}

Value *LineCompiler::sum() {
  std::string Name = Input.word();
  if (!Input.isName())
    return fail("a variable's name is missing");
  Input.next();
  if (!expect("="))
    return nullptr;
  Value *From = expression();
  if (!From || !expect("to"))
    return nullptr;
  Value *To = expression();
  if (!To || !expect("of"))
    return nullptr;

  BasicBlock *Before = Build.GetInsertBlock();
  auto *Head = BasicBlock::Create(*Context, "head", Its);
  auto *Loop = BasicBlock::Create(*Context, "loop", Its);
  auto *After = BasicBlock::Create(*Context, "after", Its);
  Build.CreateBr(Head);
  Build.SetInsertPoint(Head);
  PHINode *Index = Build.CreatePHI(Double, 2, Name);
  PHINode *Total = Build.CreatePHI(Double, 2, "total");
  Build.CreateCondBr(Build.CreateFCmpOLE(Index, To), Loop, After);

  Build.SetInsertPoint(Loop);
  // The variable is there in the last part alone.
  auto Outer = Variables;
  Variables[Name] = Index;
  Value *Item = expression();
  Variables = std::move(Outer);
  if (!Item)
    return nullptr;
  Index->addIncoming(From, Before);
  Total->addIncoming(ConstantFP::get(Double, 0), Before);
  Value *Next = Build.CreateFAdd(Index, ConstantFP::get(Double, 1));
  Value *More = Build.CreateFAdd(Total, Item);
  Index->addIncoming(Next, Build.GetInsertBlock());
  Total->addIncoming(More, Build.GetInsertBlock());
  Build.CreateBr(Head);
  Build.SetInsertPoint(After);
  return Total;
}

Value *LineCompiler::expression() {
  if (Input.take("if"))
    return conditional();
  if (Input.take("sum"))
    return sum();
  Value *Left = additive();
  auto Predicate = Input.word() == "<"    ? CmpInst::FCMP_OLT
                   : Input.word() == ">"  ? CmpInst::FCMP_OGT
                   : Input.word() == "==" ? CmpInst::FCMP_OEQ
                                          : CmpInst::FCMP_FALSE;
  if (!Left || Predicate == CmpInst::FCMP_FALSE)
    return Left;
  Input.next();
  Value *Right = additive();
  return Right ? Build.CreateUIToFP(Build.CreateFCmp(Predicate, Left, Right),
                                    Double)
               : nullptr;
}

Value *LineCompiler::additive() {
  Value *Left = term();
  while (Left && (Input.word() == "+" || Input.word() == "-")) {
    bool IsSum = Input.word() == "+";
    Input.next();
    Value *Right = term();
    if (!Right)
      return nullptr;
    Left =
        IsSum ? Build.CreateFAdd(Left, Right) : Build.CreateFSub(Left, Right);
  }
  return Left;
}

Value *LineCompiler::term() {
  Value *Left = factor();
  while (Left && (Input.word() == "*" || Input.word() == "/")) {
    bool IsProduct = Input.word() == "*";
    Input.next();
    Value *Right = factor();
    if (!Right)
      return nullptr;
    Left = IsProduct ? Build.CreateFMul(Left, Right)
                     : Build.CreateFDiv(Left, Right);
  }
  return Left;
}

Value *LineCompiler::factor() {
  if (Input.take("-")) {
    Value *Of = factor();
    return Of ? Build.CreateFNeg(Of) : nullptr;
  }
  if (Input.take("(")) {
    Value *Inner = expression();
    return Inner && expect(")") ? Inner : nullptr;
  }
  if (Input.isName())
    return name();
  if (!Input.isNumber())
    return fail("a number or a name is missing");
  char *End;
  double Number = std::strtod(Input.word().c_str(), &End);
  if (*End)
    return fail("no number");
  Input.next();
  return ConstantFP::get(Double, Number);
}

/// A variable, or a call.
Value *LineCompiler::name() {
  std::string Name = Input.word();
  Input.next();
  if (!Input.take("(")) {
    auto Found = Variables.find(Name);
    return Found != Variables.end() ? Found->second
                                    : fail("no variable '" + Name + "'");
  }
  std::vector<Value *> Arguments;
  while (!Input.take(")")) {
    if (!Arguments.empty() && !expect(","))
      return nullptr;
    Arguments.push_back(expression());
    if (!Arguments.back())
      return nullptr;
  }
  return call(Name, Arguments);
}

Value *LineCompiler::call(const std::string &Name,
                          ArrayRef<Value *> Arguments) {
  static const KnownFunctions OfC = {
      {"exp", 1}, {"log", 1}, {"pow", 2}, {"sin", 1}, {"sqrt", 1}};
  auto Has = [&](size_t Parameters) {
    return Arguments.size() == Parameters ||
           fail("'" + Name + "' takes " + std::to_string(Parameters) +
                " and has " + std::to_string(Arguments.size()));
  };
  // The line's own name: it calls itself.
  if (Its->getName() == Name)
    return Has(Its->arg_size()) ? Build.CreateCall(Its, Arguments) : nullptr;
  for (const KnownFunctions *Among : {&Known, &OfC})
    if (auto Found = Among->find(Name); Found != Among->end())
      return Has(Found->second)
                 ? Build.CreateCall(TheModule->getOrInsertFunction(
                                        Name, typeOf(Found->second)),
                                    Arguments)
                 : nullptr;
  if (Name == "peek" && Has(1)) {
    Value *Address = Build.CreateFPToUI(Arguments[0], Build.getInt64Ty());
    return Build.CreateLoad(
        Double, Build.CreateIntToPtr(Address, Build.getPtrTy()), "peeked");
  }
  if (Name == "exit" && Has(1)) {
    Build.CreateCall(TheModule->getOrInsertFunction("exit", Build.getVoidTy(),
                                                    Build.getInt32Ty()),
                     Build.CreateFPToSI(Arguments[0], Build.getInt32Ty()));
    return ConstantFP::get(Double, 0);
  }
  return fail("no function '" + Name + "'");
}

Function *LineCompiler::body(const std::string &Name,
                             const std::vector<std::string> &Names) {
  Its = Function::Create(typeOf(Names.size()), GlobalValue::ExternalLinkage,
                         Name, *TheModule);
  // For backtraces.
  Its->setUWTableKind(UWTableKind::Default);
  for (size_t I = 0; I != Names.size(); ++I)
    Variables[Names[I]] = Its->getArg(static_cast<unsigned>(I));
  Build.SetInsertPoint(BasicBlock::Create(*Context, "entry", Its));
  Value *Result = expression();
  if (!Result)
    return nullptr;
  Build.CreateRet(Result);
  return Input.word().empty() ? Its : fail("nothing more can come");
}

Function *LineCompiler::definition() {
  std::string Name = Input.word();
  if (!Input.isName())
    return fail("a function's name is missing");
  Input.next();
  if (!expect("("))
    return nullptr;
  std::vector<std::string> Names;
  while (!Input.take(")")) {
    if (!Names.empty() && !expect(","))
      return nullptr;
    if (!Input.isName())
      return fail("a parameter's name is missing");
    Names.push_back(Input.word());
    Input.next();
  }
  // Others call it as they know it.
  if (auto Old = Known.find(Name);
      Old != Known.end() && Old->second != Names.size())
    return fail("'" + Name + "' has to take " + std::to_string(Old->second));
  return expect("=") ? body(Name, Names) : nullptr;
}

remoterun::Expected<Line> LineCompiler::run(const std::string &Name) {
  bool IsDefinition = Input.take("def");
  if (!(IsDefinition ? definition() : body(Name, {})))
    return Failure{Blame::Input, Problem};
  Line Result;
  Result.Function = Its->getName();
  Result.Parameters = Its->arg_size();
  Result.IsDefinition = IsDefinition;
  Result.Context = std::move(Context);
  Result.Module = std::move(TheModule);
  return Result;
}

} // namespace

remoterun::Expected<Line> compileLine(std::string_view Text,
                                      const std::string &Name,
                                      const KnownFunctions &Known) {
  return LineCompiler(Text, Name, Known).run(Name);
}
