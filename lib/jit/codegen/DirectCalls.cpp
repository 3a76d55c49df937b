//===- DirectCalls.cpp - Which function calls which -----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/DirectCalls.h"

#include "llvm/ADT/GraphTraits.h"
#include "llvm/ADT/SCCIterator.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

struct CallNode {
  Function *Of = nullptr;
  SmallVector<CallNode *, 8> Callees; ///< Each once.
};

/// A cycle of calls through more functions is not one that somebody counts the
/// depth of.
constexpr size_t LargestCycle = 8;

} // namespace

} // namespace remoterun::jit

namespace llvm {

template <> struct GraphTraits<remoterun::jit::CallNode *> {
  using NodeRef = remoterun::jit::CallNode *;
  using ChildIteratorType = SmallVectorImpl<NodeRef>::iterator;
  static NodeRef getEntryNode(NodeRef Node) { return Node; }
  static ChildIteratorType child_begin(NodeRef Node) {
    return Node->Callees.begin();
  }
  static ChildIteratorType child_end(NodeRef Node) {
    return Node->Callees.end();
  }
};

} // namespace llvm

namespace remoterun::jit {

DirectCalls::DirectCalls(Module &M,
                         const DenseMap<const Function *, BodyFacts> &Facts) {
  DenseMap<const Function *, CallNode *> NodeOf;
  std::vector<CallNode> Nodes;
  Nodes.reserve(Facts.size() + 1);
  Nodes.emplace_back(); // Calls all.
  for (Function &F : M)
    if (Facts.contains(&F)) {
      Nodes.push_back({&F, {}});
      NodeOf[&F] = &Nodes.back();
    }
  for (CallNode &Node : MutableArrayRef(Nodes).drop_front()) {
    Nodes.front().Callees.push_back(&Node);
    for (const BodyFacts::Called &Called : Facts.find(Node.Of)->second.Calls)
      if (CallNode *Callee = NodeOf.lookup(Called.Of))
        Node.Callees.push_back(Callee);
  }
  for (auto Cycle = scc_begin(&Nodes.front()); !Cycle.isAtEnd(); ++Cycle)
    for (const CallNode *Node : *Cycle) {
      if (!Node->Of)
        continue;
      InOrder.push_back(Node->Of);
      if (is_contained(Node->Callees, Node) ||
          (Cycle->size() > 1 && Cycle->size() <= LargestCycle))
        InCycles.push_back(Node->Of);
    }
}

} // namespace remoterun::jit
