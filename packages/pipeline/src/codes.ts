/** Every diagnostic code of this package, explained. */
export const pipelineCodes = {
  NN9017: {
    title: "Not rendered by this version",
    explanation:
      "The topology may say it, and it is checked, but no renderer of this version writes it into a file yet. Nothing else is affected.",
  },
} as const;

export type PipelineCode = keyof typeof pipelineCodes;
