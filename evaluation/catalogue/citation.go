package catalogue

import "strings"

// The works that every definition starts from.
const (
	themes  = "sub-themes: Rafiei, Honary & Mezes 2024, doi 10.3389/frhs.2024.1413711"
	reaim   = "frame: RE-AIM, Glasgow, Vogt & Boles 1999, Am J Public Health 89:1322-1327"
	process = "frame: process evaluation, Moore et al. 2015, BMJ 350:h1258"
)

// frames are the parts of the two frames by which measures are told apart, with their source.
var frames = map[string]string{
	"reach": reaim, "effectiveness": reaim, "adoption": reaim, "implementation": reaim, "maintenance": reaim,
	"fidelity": process, "dose": process, "adaptation": process, "mechanism": process, "context": process,
}

// framed are the frames of the 76, in order of number.
var framed = strings.Fields(`
	reach reach reach reach reach reach reach adoption adoption reach
	fidelity fidelity fidelity fidelity fidelity fidelity fidelity dose dose dose
	fidelity fidelity dose dose context dose dose dose dose dose
	maintenance context adaptation context context adaptation fidelity fidelity fidelity fidelity
	fidelity fidelity maintenance effectiveness effectiveness effectiveness effectiveness effectiveness mechanism effectiveness
	context context context fidelity adoption fidelity context context context context
	maintenance maintenance maintenance maintenance context context implementation implementation context fidelity
	context context context context adaptation fidelity`)

// Works that several measures rest on.
const (
	standard  = "PRSB, Social Prescribing Information Standard v1.1, 2023"
	framework = "NHS England, common outcomes framework for social prescribing"
	posts     = "NHS England, Social prescribing link workers: reference guide for primary care networks"
	trend     = "benchmarks of 2017 to 2023: Lancet Public Health 2025, S2468-2667(25)00217-8"
	competing = "competing ends: Putter, Fiocco & Geskus 2007, Statistics in Medicine 26:2389-2430"
)

// cited are what a measure rests on beside its frame, by number: the instrument, the statistic, the
// standard or the law. The others are defined by this library alone.
var cited = map[int]string{
	1:  "standardised by Dobson et al. 1991, Statistics in Medicine 10:457-462",
	2:  trend,
	4:  "slope and relative index of inequality: Pamuk 1985, Population Studies 39:17-31; " + trend,
	5:  trend,
	9:  "coefficient: Gini 1912, Variabilità e mutabilità",
	10: "SNOMED CT 871711000000103, social prescribing declined; " + trend,
	11: standard,
	13: competing,
	14: competing,
	20: posts,
	21: "NHS England, Universal personalised care, 2019",
	22: "what matters to you: Barry & Edgman-Levitan 2012, N Engl J Med 366:780-781",
	27: competing,
	36: "Equality Act 2010, section 20; NHS accessible information standard, DAPB1605",
	37: standard,
	38: standard,
	39: standard,
	40: standard + "; SNOMED CT 871731000000106, referral to social prescribing service",
	41: framework,
	42: framework,
	43: framework,
	44: "reliable change: Jacobson & Truax 1991, J Consult Clin Psychol 59:12-19; of SWEMWBS: Health and Quality of Life Outcomes 2018;16:239",
	45: "SWEMWBS: Stewart-Brown et al. 2009, Health and Quality of Life Outcomes 7:15; life satisfaction: ONS, four personal well-being questions",
	46: "scale: Hughes et al. 2004, Research on Aging 26:655-672; cut-off of 6: Steptoe et al. 2013, PNAS 110:5797-5801",
	47: "goal attainment: Kiresuk & Sherman 1968, Community Ment Health J 4:443-453",
	50: "regression to the mean: Carnes et al. 2017, doi 10.1186/s12913-017-2778-y",
	51: posts,
	57: "three months: Open Referral UK",
	59: "index: Shannon 1948, doi 10.1002/j.1538-7305.1948.tb01338.x",
	61: "estimator: Kaplan & Meier 1958, J Am Stat Assoc 53:457-481",
	65: "concentration index: Kakwani, Wagstaff & van Doorslaer 1997, J Econometrics 77:87-103",
	67: "30 days: Procurement Act 2023, section 68",
	70: "UK GDPR, article 7",
	71: "UK GDPR, article 33",
	72: standard,
	75: "FRAME: Wiltsey Stirman, Baumann & Miller 2019, Implementation Science 14:58",
	76: "Care Act 2014, section 42; item 9 of PHQ-9: Kroenke, Spitzer & Williams 2001, J Gen Intern Med 16:606-613",
}

// citation returns what the definition of a measure rests on, by its number, 0 if it has none, and
// its frame.
func citation(number int, frame string) string {
	parts := []string{frames[frame], themes}
	if work := cited[number]; work != "" {
		parts = append([]string{work}, parts...)
	}
	return "definition: this library; " + strings.Join(parts, "; ")
}
