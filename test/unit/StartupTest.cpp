//===- StartupTest.cpp - What the executor makes of its environment -------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/session/Startup.h"
#include "transport/Descriptor.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <string>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

using namespace remoterun;
using namespace remoterun::executor;

namespace {

/// A descriptor of no pipe.
int openDescriptor() { return ::open("/dev/null", O_RDWR); }

/// Descriptors that nobody owns yet: a Startup that names them will. The other
/// ends are closed.
int openReader() {
  int Ends[2] = {-1, -1};
  EXPECT_EQ(::pipe(Ends), 0);
  ::close(Ends[1]);
  return Ends[0];
}
int openWriter() {
  int Ends[2] = {-1, -1};
  EXPECT_EQ(::pipe(Ends), 0);
  ::close(Ends[0]);
  return Ends[1];
}

std::string value(int In, int Out) {
  return std::to_string(In) + "," + std::to_string(Out);
}

/// takeStartup() sets environ; this process's own is put back afterwards.
class StartupTest : public testing::Test {
protected:
  void SetUp() override { Before = environ; }
  void TearDown() override { environ = Before; }

  std::optional<Startup> take(std::vector<std::string> Variables) {
    Storage = std::move(Variables);
    Vector.clear();
    for (std::string &Variable : Storage)
      Vector.push_back(Variable.data());
    Vector.push_back(nullptr);
    Process.Environment = Vector.data();
    return takeStartup(Process);
  }
  /// The guest's environment, as it is after take().
  std::vector<std::string> seen() const {
    std::vector<std::string> Result;
    for (char **Entry = Process.Environment; *Entry; ++Entry)
      Result.push_back(*Entry);
    return Result;
  }

  char **Before = nullptr;
  std::vector<std::string> Storage;
  std::vector<char *> Vector;
  ProcessArguments Process;
};

TEST_F(StartupTest, TakesTheVariableWhereverItStands) {
  const std::vector<std::string> Guest = {"A=1", "B=", "C=3"};
  for (size_t Position = 0; Position <= Guest.size(); ++Position) {
    int In = openReader(), Out = openWriter();
    std::vector<std::string> All = Guest;
    All.insert(All.begin() + static_cast<ptrdiff_t>(Position),
               "REMOTE_RUN_EXECUTOR=" + value(In, Out));
    auto Taken = take(All);
    ASSERT_TRUE(Taken);
    EXPECT_EQ(Taken->In.get(), In);
    EXPECT_EQ(Taken->Out.get(), Out);
    EXPECT_EQ(::fcntl(In, F_GETFD), FD_CLOEXEC);
    EXPECT_EQ(::fcntl(Out, F_GETFD), FD_CLOEXEC);
    EXPECT_EQ(seen(), Guest) << "at " << Position;
    EXPECT_EQ(environ, Process.Environment);
    // What the variable said cannot be found in memory either.
    for (char Byte : Storage[Position])
      EXPECT_EQ(Byte, '\0');
  }
}

TEST_F(StartupTest, LeavesTheGuestItsOwnValue) {
  // What could be a session's, and what has the mark itself, among them.
  for (const char *Own : {"", "mine", "7,8", "7,8:9,10", ":"}) {
    std::string Ours = value(openReader(), openWriter());
    ASSERT_TRUE(take({"A=1", "REMOTE_RUN_EXECUTOR=" + Ours + ":" + Own, "B="}));
    EXPECT_EQ(seen(),
              (std::vector<std::string>{
                  "A=1", std::string("REMOTE_RUN_EXECUTOR=") + Own, "B="}));
    // Nor is what the variable said before it to be found in memory.
    EXPECT_EQ(Storage[1].find(Ours), std::string::npos);
    EXPECT_EQ(Storage[1].substr(0, Ours.size() + 1),
              std::string(Ours.size() + 1, '\0'));
  }
}

TEST_F(StartupTest, FindsPipesUnderTheAgreedNumbers) {
  transport::AgreedDescriptors Agreed = transport::agreedDescriptors();
  ASSERT_EQ(take({"A=1"}).has_value(), false) << "they are free here";
  transport::Pipe Requests, Answers;
  ASSERT_EQ(transport::makePipe(Requests), 0);
  ASSERT_EQ(transport::makePipe(Answers), 0);
  auto Offer = [&](int In, int Out) {
    ASSERT_EQ(::dup2(In, Agreed.In), Agreed.In);
    ASSERT_EQ(::dup2(Out, Agreed.Out), Agreed.Out);
  };
  // The wrong ends, and what is no pipe.
  Offer(Requests.Writer.get(), Answers.Writer.get());
  EXPECT_FALSE(take({"A=1"}));
  Offer(Requests.Reader.get(), Answers.Reader.get());
  EXPECT_FALSE(take({"A=1"}));
  transport::Descriptor Null(openDescriptor());
  Offer(Requests.Reader.get(), Null.get());
  EXPECT_FALSE(take({"A=1"}));
  Offer(Null.get(), Answers.Writer.get());
  EXPECT_FALSE(take({"A=1"}));

  Offer(Requests.Reader.get(), Answers.Writer.get());
  auto Taken = take({"A=1"});
  ASSERT_TRUE(Taken);
  EXPECT_EQ(Taken->In.get(), Agreed.In);
  EXPECT_EQ(Taken->Out.get(), Agreed.Out);
  EXPECT_EQ(::fcntl(Agreed.In, F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(::fcntl(Agreed.Out, F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(seen(), std::vector<std::string>{"A=1"});
}

TEST_F(StartupTest, PrefersTheVariable) {
  transport::AgreedDescriptors Agreed = transport::agreedDescriptors();
  transport::Pipe Requests, Answers;
  ASSERT_EQ(transport::makePipe(Requests), 0);
  ASSERT_EQ(transport::makePipe(Answers), 0);
  transport::Descriptor AgreedIn(::dup2(Requests.Reader.get(), Agreed.In));
  transport::Descriptor AgreedOut(::dup2(Answers.Writer.get(), Agreed.Out));
  int In = openReader(), Out = openWriter();
  auto Taken = take({"REMOTE_RUN_EXECUTOR=" + value(In, Out)});
  ASSERT_TRUE(Taken);
  EXPECT_EQ(Taken->In.get(), In);
  EXPECT_EQ(Taken->Out.get(), Out);
}

TEST_F(StartupTest, LeavesAVariableOfAnotherFormToTheGuest) {
  int In = openReader(), Out = openWriter();
  auto Taken = take({"REMOTE_RUN_EXECUTOR=nonsense",
                     "REMOTE_RUN_EXECUTOR=" + value(In, Out), "A=1"});
  ASSERT_TRUE(Taken);
  EXPECT_EQ(Taken->In.get(), In);
  EXPECT_EQ(seen(),
            (std::vector<std::string>{"REMOTE_RUN_EXECUTOR=nonsense", "A=1"}));
}

TEST_F(StartupTest, AgreesOnNumbersBelowTheLimit) {
  rlimit Before;
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &Before), 0);
  for (auto [Limit, End] : {std::pair<rlim_t, int>{256, 256},
                            {1024, 1024},
                            {1025, 1024},
                            {Before.rlim_max, 1024}}) {
    rlimit Changed = {Limit, Before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &Changed), 0);
    EXPECT_EQ(transport::agreedDescriptors().In, End - 2) << Limit;
    EXPECT_EQ(transport::agreedDescriptors().Out, End - 1) << Limit;
  }
  ::setrlimit(RLIMIT_NOFILE, &Before);
}

TEST_F(StartupTest, RefusesWhatIsNotWellFormed) {
  transport::Descriptor In(openReader()), Out(openWriter());
  std::string Good = value(In.get(), Out.get());
  for (std::string Value :
       {std::string(), std::string("x"), std::string(","), Good + ",",
        Good + ",x", Good + ",ignore-sigchld", Good + " ", "-" + Good,
        " " + Good, "+" + Good,
        std::to_string(In.get()) + ", +" + std::to_string(Out.get()),
        std::to_string(In.get()), "," + Good,
        std::string("99999999999999999999,1"), std::string("4294967296,1")})
    EXPECT_FALSE(take({"REMOTE_RUN_EXECUTOR=" + Value})) << "'" << Value << "'";
}

TEST_F(StartupTest, RefusesWhatIsNoSession) {
  transport::Descriptor In(openReader()), Out(openWriter());
  transport::Descriptor Null(openDescriptor());
  for (auto [First, Second] : {std::pair{In.get(), In.get()},
                               {Null.get(), Null.get()},
                               {Out.get(), In.get()},
                               {In.get(), Null.get()},
                               {Null.get(), Out.get()}})
    EXPECT_FALSE(take({"REMOTE_RUN_EXECUTOR=" + value(First, Second)}))
        << First << " " << Second;
}

TEST_F(StartupTest, NeverTakesStandardStreams) {
  transport::Descriptor Input(::dup(STDIN_FILENO)),
      Output(::dup(STDOUT_FILENO));
  int In = openReader(), Out = openWriter();
  ASSERT_EQ(::dup2(In, STDIN_FILENO), STDIN_FILENO);
  ASSERT_EQ(::dup2(Out, STDOUT_FILENO), STDOUT_FILENO);
  bool Taken = take({"REMOTE_RUN_EXECUTOR=0,1"}).has_value() ||
               take({"REMOTE_RUN_EXECUTOR=" + value(In, STDOUT_FILENO)}) ||
               take({"REMOTE_RUN_EXECUTOR=" + value(STDIN_FILENO, Out)});
  ::dup2(Input.get(), STDIN_FILENO);
  ::dup2(Output.get(), STDOUT_FILENO);
  ::close(In);
  ::close(Out);
  EXPECT_FALSE(Taken);
}

TEST_F(StartupTest, RefusesDescriptorsThatAreNotOpen) {
  transport::Descriptor Open(openDescriptor());
  int Free = openDescriptor();
  ::close(Free);
  EXPECT_FALSE(take({"REMOTE_RUN_EXECUTOR=" + value(Open.get(), Free)}));
  EXPECT_FALSE(take({"REMOTE_RUN_EXECUTOR=" + value(Free, Open.get())}));
}

TEST_F(StartupTest, LeavesOtherVariablesAlone) {
  const std::vector<std::string> Guest = {"REMOTE_RUN_EXECUTO=4,5",
                                          "REMOTE_RUN_EXECUTOR2=4,5",
                                          "REMOTE_RUN_EXECUTOR"};
  EXPECT_FALSE(take(Guest));
  EXPECT_EQ(seen(), Guest);
}

TEST_F(StartupTest, PreloadsOfTheControllerAreTakenOut) {
  int In = openReader(), Out = openWriter();
  ASSERT_TRUE(take({"A=1", "REMOTE_RUN_EXECUTOR=" + value(In, Out),
                    "REMOTE_RUN_PRELOADED=5", "LD_PRELOAD=/a.so", "B=2"}));
  EXPECT_EQ(seen(), (std::vector<std::string>{"A=1", "B=2"}));
  EXPECT_EQ(environ, Process.Environment);
}

TEST_F(StartupTest, PreloadsOfTheGuestStay) {
  int In = openReader(), Out = openWriter();
  ASSERT_TRUE(take({"REMOTE_RUN_EXECUTOR=" + value(In, Out),
                    "LD_PRELOAD=/a.so:/b.so:/c.so", "REMOTE_RUN_PRELOADED=5"}));
  EXPECT_EQ(seen(), (std::vector<std::string>{"LD_PRELOAD=/b.so:/c.so"}));
}

TEST_F(StartupTest, PreloadsThatAreNotToldOfStay) {
  for (std::string Told : {"6", "9", "05x", "", "-5"}) {
    int In = openReader(), Out = openWriter();
    ASSERT_TRUE(take({"REMOTE_RUN_EXECUTOR=" + value(In, Out),
                      "LD_PRELOAD=/a.so:b", "REMOTE_RUN_PRELOADED=" + Told}));
    EXPECT_EQ(seen().front(), "LD_PRELOAD=/a.so:b") << Told;
  }
}

TEST_F(StartupTest, PreloadsWithoutASessionAreTheGuests) {
  EXPECT_FALSE(take({"LD_PRELOAD=/a.so", "REMOTE_RUN_PRELOADED=5"}));
  EXPECT_EQ(seen().size(), 2u);
}

} // namespace
