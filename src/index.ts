/**
 * The library: everything that needs neither disk nor network. A project is a tree of files (`memoryTree`, or your own
 * `Tree`) and the builds that are made from it; `fix` gives the new texts and the reasons, and writes nothing.
 */
export { explain } from './explain.ts';
export type { ExplainedBuild, ExplainedStep, ExplainOptions, StepExposure } from './explain.ts';
export { dockerfilesOf, fix, projectsOf } from './fix.ts';
export { memoryTree, overlayTree } from './context/memory.ts';
export type { MemoryTreeOptions } from './context/memory.ts';
export type { AcceptedFix, Plan, PlanOptions, ReportedRefusal } from './plan/plan.ts';
export type { Project } from './plan/project.ts';
export type { TransformOption, ValuePattern } from './plan/options.ts';
export type { Match, Transform } from './plan/transform.ts';
export { unifiedDiff } from './report/diff.ts';
export type { FileReport, FixReport, RefusalReport, RunError, RunReport, Summary } from './report/report.ts';
export { claimMessage } from './report/report.ts';
export { refusalReasons } from './types.ts';
export type * from './types.ts';
export { transforms } from '../transforms/index.ts';
