import Docker from 'dockerode';
import { LabError } from '../core/errors.js';

/** The Docker that its own variables name (DOCKER_HOST, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH). */
export function connectDocker(): Docker {
  return new Docker();
}

/** The bytes that `docker save` writes of this image. @throws LabError where Docker or the image is not there */
export async function saveFromDocker(name: string): Promise<NodeJS.ReadableStream> {
  try {
    const image = connectDocker().getImage(name);
    await image.inspect();
    return await image.get();
  } catch (error) {
    throw dockerError(error, name);
  }
}

/** An error of dockerode in words that say what to do. */
export function dockerError(error: unknown, image: string): Error {
  if (!(error instanceof Error)) return new LabError(String(error));
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  const failed = (text: string): LabError => new LabError(text, { cause: error });
  if (statusCode === 404) return failed(`Docker has no image ${image}, and there is no such file`);
  if (code === 'EACCES' || code === 'EPERM')
    return failed('no permission to use Docker: run as root or in the group docker');
  if (code === 'ENOENT' || code === 'ECONNREFUSED')
    return failed(`no Docker answers (${code}), and there is no file ${image}`);
  return failed(`Docker: ${error.message.trim()}`);
}
