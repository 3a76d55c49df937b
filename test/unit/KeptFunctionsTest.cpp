//===- KeptFunctionsTest.cpp - Late functions of earlier runs -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/KeptFunctions.h"
#include "driver/compile/LateWorkers.h"
#include "jit/codegen/LatePlanCodec.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <future>
#include <memory>

using namespace remoterun;
using namespace remoterun::jit;
using driver::LateQueue;

namespace {

LatePlan makePlan() {
  LatePlan Plan;
  Plan.Extent = {.Functions = 5, .Instructions = 50};
  Plan.Units = {{.Name = "unit", .MayBeFaster = true}};
  Plan.Functions = {
      {.Name = "main", .Callees = {{1, 0.5F}, {2, 1}}},
      {.Name = "rare", .IsWeak = true},
      {.Name = "next", .IsInCycle = true, .Callees = {{3, 1}}},
      {.Name = "last", .IsCalledOnce = true, .IsCalledWidely = true},
      {.Name = "lonely"}};
  Plan.Functions[1].Visibility = llvm::GlobalValue::HiddenVisibility;
  for (PlannedFunction &Each : Plan.Functions)
    Each.Weight = 10;
  Plan.Outside = {{"printf"}, {"maybe", /*IsWeak=*/true}};
  Plan.Inside = {"table"};
  return Plan;
}

ByteBuffer encoded(const LatePlan &Plan) {
  ByteBuffer Bytes;
  wire::ByteWriter Out(Bytes);
  encodeLatePlan(Plan, Out);
  return Bytes;
}

TEST(LatePlanCodecTest, APlanComesBack) {
  LatePlan Plan = makePlan();
  ByteBuffer Bytes = encoded(Plan);
  wire::ByteReader In(Bytes.span());
  auto Back = decodeLatePlan(In);
  ASSERT_TRUE(Back && In.finished());
  EXPECT_EQ(Back->Extent.Functions, 5u);
  EXPECT_EQ(Back->Extent.Instructions, 50u);
  ASSERT_EQ(Back->Units.size(), 1u);
  EXPECT_TRUE(Back->Units[0].MayBeFaster);
  ASSERT_EQ(Back->Functions.size(), 5u);
  for (size_t Number = 0; Number != 5; ++Number) {
    const PlannedFunction &Was = Plan.Functions[Number];
    const PlannedFunction &Is = Back->Functions[Number];
    EXPECT_EQ(Is.Name, Was.Name);
    EXPECT_EQ(Is.IsWeak, Was.IsWeak);
    EXPECT_EQ(Is.IsInCycle, Was.IsInCycle);
    EXPECT_EQ(Is.IsCalledOnce, Was.IsCalledOnce);
    EXPECT_EQ(Is.IsCalledWidely, Was.IsCalledWidely);
    EXPECT_EQ(Is.Visibility, Was.Visibility);
    EXPECT_EQ(Is.Weight, Was.Weight);
    ASSERT_EQ(Is.Callees.size(), Was.Callees.size());
    for (size_t I = 0; I != Is.Callees.size(); ++I) {
      EXPECT_EQ(Is.Callees[I].Function, Was.Callees[I].Function);
      EXPECT_EQ(Is.Callees[I].Chance, Was.Callees[I].Chance);
    }
  }
  ASSERT_EQ(Back->Outside.size(), 2u);
  EXPECT_EQ(Back->Outside[1].Name, "maybe");
  EXPECT_TRUE(Back->Outside[1].IsWeak);
  EXPECT_EQ(Back->Inside, Plan.Inside);
}

/// Whether all numbers in \p Plan are of what it has.
bool isConsistent(const LatePlan &Plan) {
  for (const PlannedFunction &Each : Plan.Functions) {
    if (Each.Unit >= Plan.Units.size())
      return false;
    for (const LateCallee &Callee : Each.Callees)
      if (Callee.Function >= Plan.Functions.size())
        return false;
  }
  return Plan.Functions.size() <= Plan.Extent.Functions;
}

TEST(LatePlanCodecTest, WhatWasChangedIsNoPlanOrOneThatIsConsistent) {
  const ByteBuffer Bytes = encoded(makePlan());
  for (size_t Size = 0; Size != Bytes.size(); ++Size) {
    wire::ByteReader In(Bytes.span().first(Size));
    auto Back = decodeLatePlan(In);
    EXPECT_FALSE(Back && In.finished()) << Size;
  }
  for (size_t At = 0; At != Bytes.size(); ++At) {
    ByteBuffer Changed;
    Changed.append(Bytes.data(), Bytes.size());
    Changed.data()[At] ^= 0xff;
    wire::ByteReader In(Changed.span());
    auto Back = decodeLatePlan(In);
    EXPECT_TRUE(!Back || In.failed() || isConsistent(*Back)) << At;
  }
}

/// IR of nothing, which nobody gets before it is opened.
class ClosedSource final : public LateSource {
public:
  Expected<ObjectBytes> bitcodeOf(uint32_t, const PlannedFunction &) override {
    HasCome.set_value();
    Opened.get_future().wait();
    return Failure{Blame::Internal, "there is none"};
  }
  Expected<CodeGenerator> generatorFor(uint32_t,
                                       const PlannedFunction &) override {
    return Failure{Blame::Internal, "there is none"};
  }
  std::promise<void> HasCome, Opened;
};

TEST(LateWorkersTest, WhatIsTakenComesWithTheIROfTheRest) {
  auto Plan = std::make_shared<LatePlan>();
  Plan->Units = {{.Name = "unit"}};
  Plan->Functions = {{.Name = "last", .IsInCycle = true}};
  auto Source = std::make_shared<ClosedSource>();
  driver::LateWorkers Workers(std::make_shared<const PlanOnDemand>(Plan),
                              Source, /*Jobs=*/1, nullptr);
  Workers.keepFinished();
  Workers.start(0);
  Source->HasCome.get_future().wait();
  driver::LateWorkers::Taken Taken = Workers.takeFinished();
  EXPECT_TRUE(Taken.Objects.empty());
  // What is being compiled now is lost, and was the last.
  Source->Opened.set_value();
  Workers.stop();
  EXPECT_FALSE(Workers.source());
  EXPECT_EQ(Taken.Source, Source);
}

std::shared_ptr<LatePlan> planOf(std::vector<PlannedFunction> Functions) {
  auto Plan = std::make_shared<LatePlan>();
  Plan->Units = {{.Name = "unit"}};
  Plan->Functions = std::move(Functions);
  return Plan;
}

/// IR that takes two steps until it is small, and of which nothing is had.
class ShrinkingSource final : public LateSource {
public:
  Expected<ObjectBytes> bitcodeOf(uint32_t, const PlannedFunction &) override {
    ++Asked;
    return Failure{Blame::Internal, "there is none"};
  }
  Expected<CodeGenerator> generatorFor(uint32_t,
                                       const PlannedFunction &) override {
    return Failure{Blame::Internal, "there is none"};
  }
  bool shrink(const LatePlan &) override {
    AskedBefore = Asked.load();
    if (++Steps != 2)
      return true;
    IsSmall.set_value();
    return false;
  }
  std::atomic<unsigned> Asked = 0, AskedBefore = 0, Steps = 0;
  std::promise<void> IsSmall;
};

TEST(LateWorkersTest, TheIRIsSmallOnceNobodyWaits) {
  auto Plan = planOf({{.Name = "first"}, {.Name = "second"}});
  auto Source = std::make_shared<ShrinkingSource>();
  driver::LateWorkers Workers(std::make_shared<const PlanOnDemand>(Plan),
                              Source, /*Jobs=*/1, nullptr);
  // One thread does it before what nobody waits for, and not before the rest.
  Workers.improve(/*AtOnce=*/true);
  Workers.start(0);
  Source->IsSmall.get_future().wait();
  EXPECT_EQ(Source->AskedBefore, 1u);
  Workers.await();
  EXPECT_EQ(Source->Asked, 2u);
  EXPECT_EQ(Source->Steps, 2u);
}

TEST(LateWorkersTest, TheIRStaysAsItIsWhileSomebodyMayWait) {
  auto Plan = planOf({{.Name = "first"}});
  auto Source = std::make_shared<ShrinkingSource>();
  driver::LateWorkers Workers(std::make_shared<const PlanOnDemand>(Plan),
                              Source, /*Jobs=*/1, nullptr);
  Workers.improve(/*AtOnce=*/false);
  Workers.start(0);
  Workers.await();
  EXPECT_EQ(Source->Steps, 0u);
}

TEST(LateWorkersTest, WhatIsNotThereAfterAllIsCompiledWhenItIsCalled) {
  auto Plan = planOf({{.Name = "first"}, {.Name = "second"}});
  auto Source = std::make_shared<ShrinkingSource>();
  driver::LateWorkers Workers(std::make_shared<const PlanOnDemand>(Plan),
                              Source, /*Jobs=*/1, nullptr);
  const driver::LateQueue::Task First = {.Function = 0},
                                Second = {.Function = 1};
  Workers.resume({First, Second});
  EXPECT_EQ(Workers.counts().Kept, 2u);
  Workers.resume({Second});
  EXPECT_EQ(Workers.counts().Kept, 1u);
  EXPECT_TRUE(Workers.request(0));
  Workers.await();
  EXPECT_EQ(Source->Asked, 1u);
}

driver::LateObject objectOf(uint32_t Function, bool IsFast, const char *Text) {
  return {{.Function = Function, .IsFast = IsFast},
          ObjectBytes(Text, Text + std::strlen(Text))};
}

std::string textsOf(std::vector<driver::LateObject> Objects) {
  std::string Texts;
  for (driver::LateObject &Each : Objects)
    Texts += std::to_string(Each.Of.Function) + ":" +
             std::string(Each.Object->begin(), Each.Object->end()) + " ";
  return Texts;
}

TEST(LateObjectsTest, TheBestComesBackFromMemoryAndDisk) {
  driver::LateObjects Objects;
  Objects.add(objectOf(1, /*IsFast=*/true, "fast one"));
  Objects.add(objectOf(2, /*IsFast=*/true, "fast two"));
  Objects.moveToDisk();
  Objects.add(objectOf(2, /*IsFast=*/false, "two"));
  Objects.add(objectOf(3, /*IsFast=*/false, "three"));
  Objects.moveToDisk();
  Objects.add(objectOf(3, /*IsFast=*/true, "late three"));
  Objects.stayInMemory();
  Objects.add(objectOf(4, /*IsFast=*/false, "four"));
  Objects.moveToDisk();
  EXPECT_EQ(textsOf(Objects.takeAll()), "1:fast one 2:two 3:three 4:four ");
  EXPECT_TRUE(Objects.takeAll().empty());
}

TEST(ResumedQueueTest, WhatIsResumedCompilesOnlyWhatIsCalled) {
  LatePlan Plan = makePlan();
  LateQueue Tasks(Plan.Functions.size());
  Tasks.follow(Plan);
  const LateQueue::Clock::time_point Now = {};
  Tasks.wantEverything(false);
  Tasks.has({.Function = 0});
  Tasks.has({.Function = 4, .IsFast = true});
  EXPECT_EQ(Tasks.counts().Kept, 2u);
  EXPECT_TRUE(Tasks.hasFast());
  // Its callees are called, or not, as in the run before.
  Tasks.request(0, Now);
  EXPECT_FALSE(Tasks.next(LateQueue::Share::Quick, Now));
  auto Better = Tasks.next(LateQueue::Share::All, Now);
  ASSERT_TRUE(Better);
  EXPECT_EQ(Better->Function, 4u);
  EXPECT_FALSE(Better->IsFast);
  Tasks.finished(*Better);
  EXPECT_FALSE(Tasks.hasFast());
  EXPECT_FALSE(Tasks.next(LateQueue::Share::All, Now));
  // What is new, and what that may call.
  Tasks.request(2, Now);
  EXPECT_TRUE(Tasks.isMissing(2));
  for (uint32_t Expected : {2u, 3u}) {
    auto Task = Tasks.next(LateQueue::Share::Quick, Now);
    ASSERT_TRUE(Task);
    EXPECT_EQ(Task->Function, Expected);
    Task->IsFast = false;
    Tasks.finished(*Task);
  }
  EXPECT_FALSE(Tasks.next(LateQueue::Share::All, Now));
  EXPECT_FALSE(Tasks.isDone());
  // From a fork on, all of it.
  Tasks.wantEverything(true);
  auto Rest = Tasks.next(LateQueue::Share::All, Now);
  ASSERT_TRUE(Rest);
  EXPECT_EQ(Rest->Function, 1u);
}

} // namespace
