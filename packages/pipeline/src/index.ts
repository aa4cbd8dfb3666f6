export { type PipelineCode, pipelineCodes } from "./codes.js";
export {
  type PipelineOptions,
  type PlannedTopology,
  planTopology,
  type RenderedTopology,
  renderTopology,
  surveyTopology,
} from "./pipeline.js";
