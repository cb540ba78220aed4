// Reads a transportation problem and solves it with the two fast algorithms of LEMON. Prints for
// each its name, the cost, and the processor time in seconds.
//
//   people providers options
//   places of each provider
//   person provider cost, for each option
#define LEMON_ONLY_TEMPLATES
#include <cstdio>
#include <ctime>
#include <vector>

#include <lemon/cost_scaling.h>
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

using namespace lemon;
typedef SmartDigraph Graph;

template <class Algorithm>
void solve(const char *name, const Graph &g, const Graph::ArcMap<int> &upper, const Graph::ArcMap<long long> &cost,
           const Graph::NodeMap<int> &supply) {
	Algorithm a(g);
	a.upperMap(upper).costMap(cost).supplyMap(supply);
	clock_t began = clock();
	bool ok = a.run() == Algorithm::OPTIMAL;
	double seconds = double(clock() - began) / CLOCKS_PER_SEC;
	printf("%s %lld %.6f\n", name, ok ? (long long)a.totalCost() : -1LL, seconds);
}

int main() {
	int people, providers, options;
	if (scanf("%d %d %d", &people, &providers, &options) != 3) return 1;
	Graph g;
	g.reserveNode(people + providers + 1);
	g.reserveArc(options + providers);
	std::vector<Graph::Node> node(people + providers + 1);
	for (auto &n : node) n = g.addNode();
	Graph::ArcMap<int> upper(g, 0);
	Graph::ArcMap<long long> cost(g, 0);
	Graph::NodeMap<int> supply(g, 0);
	for (int i = 0; i < people; i++) supply[node[i]] = 1;
	supply[node[people + providers]] = -people;
	for (int j = 0; j < providers; j++) {
		int places;
		if (scanf("%d", &places) != 1) return 1;
		upper[g.addArc(node[people + j], node[people + providers])] = places;
	}
	for (int e = 0; e < options; e++) {
		int i, j, c;
		if (scanf("%d %d %d", &i, &j, &c) != 3) return 1;
		Graph::Arc a = g.addArc(node[i], node[people + j]);
		upper[a] = 1; // maps do not give arcs that are added later what they began with
		cost[a] = c;
	}
	solve<NetworkSimplex<Graph, int, long long>>("network-simplex", g, upper, cost, supply);
	solve<CostScaling<Graph, int, long long>>("cost-scaling", g, upper, cost, supply);
}
