// Package england knows the columns of files that are published for England, so
// that money can be divided by them without describing each column: the indices
// of deprivation, the weighted populations of general practices, estimates of the
// population. Those of Scotland, Wales and Northern Ireland that are read beside
// them are here too.
//
//	table, issues, err := area.Read(file, england.IoD2025())               // this file, or an error
//	table, issues, err := area.Read(file, area.Layout{}, england.Known()...) // whichever it is, by its header
//
// Whatever name a file gives to a column, the table keeps the overall rank, decile
// and score of deprivation as imd_rank, imd_decile and imd_score, and those of the
// seven domains of England as income_rank, employment_rank, education_rank,
// health_rank, crime_rank, housing_rank and environment_rank, from which [Scores]
// computes the score and [Summarise] the measures of larger areas.
//
// Sources: MHCLG, English Indices of Deprivation 2019 and 2025; NHS England,
// allocations; Office for National Statistics; Scottish Government, SIMD 2020v2; Welsh
// Government, WIMD 2019; NISRA, NIMDM 2017. All are under the Open Government Licence.
package england
