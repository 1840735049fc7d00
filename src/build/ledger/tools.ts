/** Tools that install packages, and are not themselves what an image is made for. */

/** What `poetry export` is part of from Poetry 2.0 on. */
export const exportPlugin = 'poetry-plugin-export';

/** Tools that a builder needs and a final image does not; setuptools only where the base image has it of its own. */
export const leavableTools: ReadonlySet<string> = new Set(['pip', 'wheel', 'setuptools', 'poetry', exportPlugin, 'pipenv', 'uv', 'pdm', 'pip-tools', 'virtualenv', 'build']);
